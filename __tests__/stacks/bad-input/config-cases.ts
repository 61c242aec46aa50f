import { PROD } from "../../support/clusters.ts";

/** A configuration that is refused, and every word with which it is. */
export interface ConfigCase {
  readonly name: string;
  readonly config: unknown;
  /** What is wrong, without the frame that names the file. */
  readonly message: string;
}

const GOOD_CLUSTER = {
  clusterArn: PROD.arn,
  prometheusUrl: "http://prometheus-server.monitoring.svc",
  openCostUrl: "http://opencost.opencost.svc:9003",
};

const refused = (name: string, config: unknown, message: string): ConfigCase => ({ name, config, message });

/** One field of the only cluster. `field` is below `clusters.0`; the message begins with its whole path. */
function inCluster(name: string, change: object, message: string): ConfigCase {
  return refused(name, { clusters: [{ ...GOOD_CLUSTER, ...change }] }, `clusters.0.${message}`);
}

function inS3Backend(name: string, change: object, message: string): ConfigCase {
  const backend = { kind: "s3", bucket: "my-states", region: "eu-west-1", ...change };
  return refused(name, { backend }, `backend.${message}`);
}

const A_REGION = 'give a region such as "eu-west-1"';
const A_URL = (example: string): string => `give a URL such as "${example}"`;
const PROMETHEUS = A_URL("http://prometheus-server.monitoring.svc");
const OPENCOST = A_URL("http://opencost.opencost.svc:9003");
const NO_ARN =
  'is not an EKS cluster ARN; expected the form "arn:aws:eks:eu-west-1:123456789012:cluster/prod"';
const A_PREFIX = "give 1 to 32 lower-case letters, digits and hyphens, with no hyphen at either end";
const NO_SLASH = "give text without a slash at its start or end";

const WHOLE_FILE = [
  refused("a list", [], "the file is a list; give an object"),
  refused("text", "eu-west-1", 'the file is "eu-west-1"; give an object'),
  refused("null", null, "the file is null; give an object"),
  refused(
    "a misspelt field",
    { regoin: "eu-west-1" },
    'the file has the unknown field "regoin"; correct or remove it',
  ),
  refused(
    "an account's variable, and another",
    { bucket_name: "data", tags: {} },
    'the file has the unknown fields "bucket_name", "tags"; correct or remove them',
  ),
  refused("text for a switch", { allowDestroy: "yes" }, 'allowDestroy is "yes"; give true or false'),
  refused("null for a switch", { allowDestroy: null }, "allowDestroy is null; give true or false"),
  refused(
    "an unknown group of what exists",
    { importExisting: ["lambdas"] },
    'importExisting.0 is "lambdas"; give any of "bucket", "bucket-access", "bucket-policy", "execution-role", "role-creation", "role-creation-logs", "role-management", "role-management-logs", "user"',
  ),
  refused(
    "the predecessor's user and a Lambda at once",
    { importExisting: ["bucket", "user", "role-creation"] },
    'importExisting: "user" and "role-creation" exclude each other; a deployment has either the IAM user (create_iam_user = true) or the Lambdas',
  ),
  refused("a switch for what exists", { importExisting: true }, "importExisting is true; give a list"),
  refused("a region that is none", { region: "mars" }, `region is "mars"; ${A_REGION}`),
  refused("an empty region", { region: "" }, `region is ""; ${A_REGION}`),
  refused("a zone for a region", { region: "eu-west-1a" }, `region is "eu-west-1a"; ${A_REGION}`),
  refused("a number for a region", { region: 1 }, "region is 1; give text in quotes"),
  refused("an object for the clusters", { clusters: {} }, "clusters is an object; give a list"),
  refused("a name for a cluster", { clusters: ["prod"] }, 'clusters.0 is "prod"; give an object'),
  refused(
    "a cluster twice",
    { clusters: [GOOD_CLUSTER, GOOD_CLUSTER] },
    `clusters: "${PROD.arn}" is listed twice; list each clusterArn once`,
  ),
];

const BACKEND = [
  refused(
    "a backend of no kind",
    { backend: {} },
    'backend.kind is missing; give "local" or "s3" or "other"',
  ),
  refused(
    "a backend of another kind",
    { backend: { kind: "gcs" } },
    'backend.kind is "gcs"; give "local" or "s3" or "other"',
  ),
  refused(
    "another backend without a type",
    { backend: { kind: "other", stateSetting: "prefix" } },
    "backend.type is missing; give text in quotes",
  ),
  refused(
    "another backend whose type is a class",
    { backend: { kind: "other", type: "GcsBackend", stateSetting: "prefix" } },
    'backend.type is "GcsBackend"; give the name of a Terraform backend, such as "gcs"',
  ),
  refused(
    "another backend that cannot tell states apart",
    { backend: { kind: "other", type: "gcs", stateSetting: "" } },
    'backend.stateSetting is ""; give the name of an argument, such as "prefix" or "workspaces.name"',
  ),
  refused("text for a backend", { backend: "s3" }, 'backend is "s3"; give an object'),
  refused(
    "a local backend with a bucket",
    { backend: { kind: "local", bucket: "states" } },
    'backend has the unknown field "bucket"; correct or remove it',
  ),
  refused(
    "a local backend without a folder",
    { backend: { kind: "local", statePrefix: "" } },
    'backend.statePrefix is ""; give something',
  ),
  refused(
    "an S3 backend without anything",
    { backend: { kind: "s3" } },
    "backend.bucket is missing; give text in quotes; backend.region is missing; give text in quotes",
  ),
  inS3Backend(
    "a state bucket whose name is too short",
    { bucket: "ab" },
    'bucket is "ab"; give 3 characters or more',
  ),
  inS3Backend("a state bucket in no region", { region: "Ireland" }, `region is "Ireland"; ${A_REGION}`),
  inS3Backend(
    "a state prefix that starts with a slash",
    { statePrefix: "/a" },
    `statePrefix is "/a"; ${NO_SLASH}`,
  ),
  inS3Backend(
    "a state prefix that ends with a slash",
    { statePrefix: "a/" },
    `statePrefix is "a/"; ${NO_SLASH}`,
  ),
  inS3Backend("an empty state prefix", { statePrefix: "" }, `statePrefix is ""; ${NO_SLASH}`),
];

const CLUSTER = [
  refused(
    "a cluster without anything",
    { clusters: [{}] },
    [
      "clusters.0.clusterArn is missing; give text in quotes",
      `clusters.0.prometheusUrl is missing; ${PROMETHEUS}`,
      `clusters.0.openCostUrl is missing; ${OPENCOST}`,
    ].join("; "),
  ),
  inCluster("a cluster's name for its ARN", { clusterArn: "prod" }, `clusterArn: "prod" ${NO_ARN}`),
  inCluster(
    "an ECS cluster",
    { clusterArn: "arn:aws:ecs:eu-west-1:123456789012:cluster/prod" },
    `clusterArn: "arn:aws:ecs:eu-west-1:123456789012:cluster/prod" ${NO_ARN}`,
  ),
  inCluster(
    "an account of too few digits",
    { clusterArn: "arn:aws:eks:eu-west-1:12345:cluster/prod" },
    `clusterArn: "arn:aws:eks:eu-west-1:12345:cluster/prod" ${NO_ARN}`,
  ),
  inCluster(
    "a cluster's name with a dot",
    { clusterArn: `${PROD.arn}.blue` },
    `clusterArn: "${PROD.arn}.blue" ${NO_ARN}`,
  ),
  inCluster(
    "a host for a URL",
    { prometheusUrl: "prometheus:9090" },
    `prometheusUrl is "prometheus:9090"; ${PROMETHEUS}`,
  ),
  inCluster(
    "a bucket for a URL",
    { prometheusUrl: "s3://data" },
    `prometheusUrl is "s3://data"; ${PROMETHEUS}`,
  ),
  inCluster("an empty URL", { openCostUrl: "" }, `openCostUrl is ""; ${OPENCOST}`),
  inCluster("a number for a URL", { openCostUrl: 9003 }, `openCostUrl is 9003; ${OPENCOST}`),
  inCluster("capitals in a name prefix", { namePrefix: "Nops" }, `namePrefix is "Nops"; ${A_PREFIX}`),
  inCluster(
    "a name prefix of 33 characters",
    { namePrefix: "p".repeat(33) },
    `namePrefix is "${"p".repeat(33)}"; ${A_PREFIX}`,
  ),
  inCluster("a number for a bucket", { bucketName: 7 }, "bucketName is 7; give text in quotes"),
  inCluster("a bucket in no region", { bucketRegion: "eu" }, `bucketRegion is "eu"; ${A_REGION}`),
  inCluster(
    "text for a cluster's switch",
    { createNamespace: "no" },
    'createNamespace is "no"; give true or false',
  ),
  inCluster("a path for a kubeconfig", { kubeconfig: "~/.kube" }, 'kubeconfig is "~/.kube"; give an object'),
  inCluster(
    "a kubeconfig without a path",
    { kubeconfig: {} },
    "kubeconfig.path is missing; give text in quotes",
  ),
  inCluster(
    "an empty kubeconfig path",
    { kubeconfig: { path: "" } },
    'kubeconfig.path is ""; give something',
  ),
  inCluster("a list of chart values", { chartValues: [] }, "chartValues is a list; give an object"),
];

const TAKE_OVER = [
  refused("one group for a list", { importExisting: "bucket" }, 'importExisting is "bucket"; give a list'),
  refused(
    "a group that does not exist",
    { importExisting: ["bucket", "vpc"] },
    'importExisting.1 is "vpc"; give any of "bucket", "bucket-access", "bucket-policy", "execution-role", "role-creation", "role-creation-logs", "role-management", "role-management-logs", "user"',
  ),
  refused(
    "the user and the Lambdas",
    { importExisting: ["user", "execution-role"] },
    'importExisting: "user" and "execution-role" exclude each other; a deployment has either the IAM user (create_iam_user = true) or the Lambdas',
  ),
];

/** Configurations for the synth that are refused. */
export const CONFIG_CASES: readonly ConfigCase[] = [...WHOLE_FILE, ...BACKEND, ...TAKE_OVER, ...CLUSTER];
