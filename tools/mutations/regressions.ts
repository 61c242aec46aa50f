import type { Mutation } from "./mutation.ts";
import { testsOf } from "./named-tests.ts";

/** Where a stack's source imports resources from: text to replace, nothing is imported here. */
const AWS_CONSTRUCTS = "@cdktf/provider-aws/lib";

// The predecessor's way of doing it, put back: one for each of its known defects.

const defect = testsOf("predecessor-defects/predecessor-defects");

function again(item: string, ours: string, edit: Pick<Mutation, "file" | "find" | "replace">): Mutation {
  const [list = "", number = ""] = item.split(" ");
  return { name: `regression: ${item}`, ...edit, test: defect(`${list} defect ${number}: ${ours}`) };
}

const inObserve = { file: "lambda-src/reconcile/observe.ts" };
const inDesire = { file: "lambda-src/reconcile/desire.ts" };
const inDiff = { file: "lambda-src/reconcile/diff.ts" };
const inGuard = { file: "lambda-src/reconcile/guard.ts" };
const inRoleStore = { file: "lambda-src/adapters/role-store.ts" };
const inIdentity = { file: "contract/workload-identity.ts" };
const inNames = { file: "contract/names.ts" };

const FIRST_PAGE = {
  file: "lambda-src/adapters/eks.ts",
  find: "} while (nextToken !== undefined);",
  replace: "} while (false);",
};
const NO_EVIDENCE = {
  ...inGuard,
  find: "for (const check of DELETE_CHECKS) {",
  replace: "for (const check of [ours]) {",
};
const ALL_ROLES = {
  ...inRoleStore,
  find: "iam.listRoles({ PathPrefix, Marker })",
  replace: 'iam.listRoles({ PathPrefix: "/", Marker })',
};
const EVERY_DEPLOYMENT = {
  file: "lambda-src/reconcile/ownership.ts",
  find: "if (owner === deployment.bucket) return undefined;",
  replace: "return undefined;",
};
const ANY_PROVIDER = { ...inDesire, find: "if (!providers.has(providerArn)) {", replace: "if (false) {" };

const LAMBDA: readonly Mutation[] = [
  again("lambda 1", "makes the other roles, and names the bad cluster and region in the apply's answer", {
    ...inObserve,
    find: 'return { region, state: "failed", reason: reasonOf(error) };',
    replace: "throw error;",
  }),
  again("lambda 2", "gives the hundred and first cluster its role, too", FIRST_PAGE),
  again(
    "lambda 3",
    "deletes the roles of this deployment, and none of another or of a similar name",
    EVERY_DEPLOYMENT,
  ),
  again(
    "lambda 4",
    "keeps roles of regions that fail or are left out, and deletes a real orphan after its grace period",
    NO_EVIDENCE,
  ),
  again("lambda 5", "trusts the issuer of a cluster made anew, and puts back what was edited by hand", {
    ...inDiff,
    find: "if (!sameDocument(role.trust, spec.trust))",
    replace: "if (false)",
  }),
  again("lambda 6", "makes one valid and stable role name for each cluster name of 1 to 100 characters", {
    ...inNames,
    find: "if (plain.length <= MAX_ROLE_NAME_LENGTH && ",
    replace: "if (",
  }),
  again(
    "lambda 7",
    "waits for a missing OIDC provider, and builds every ARN with the partition that it runs in",
    { ...inIdentity, find: "return `arn:${partition}:iam::", replace: "return `arn:aws:iam::" },
  ),
  again(
    "lambda 8",
    "trims the list of regions, puts an edited policy back, and lists a region once a run without asking EC2",
    {
      file: "lambda-src/env.ts",
      find: 'list.split(",").map((item) => item.trim())',
      replace: 'list.split(",")',
    },
  ),
  again(
    "lambda 9",
    "has nothing in the environment but settings that are no secret, and makes no access key",
    {
      file: "stacks/account-lambdas.ts",
      find: "DEPLOYMENT_BUCKET: names.bucket,",
      replace: 'DEPLOYMENT_BUCKET: names.bucket,\n    API_TOKEN: "${aws_iam_access_key.agent.secret}",',
    },
  ),
  again("lambda 10", "lists its own path only, in one page, and asks about its own roles only", ALL_ROLES),
  again(
    "lambda 11",
    "gives a cluster of pod_identity_clusters role, trust and association, without an OIDC provider",
    {
      file: "lambda-src/reconcile/pod-identity.ts",
      find: 'matchesAny(podIdentityClusters, name) ? "pod-identity" : "irsa"',
      replace: '"irsa"',
    },
  ),
  again("lambda 12", "takes the scheme off an issuer, and nothing else", {
    ...inIdentity,
    find: 'issuer.replace(/^https?:\\/\\//, "")',
    replace: 'issuer.replace(/^[htps:/]+|[htps:/]+$/g, "")',
  }),
];

const BASELINE: readonly Mutation[] = [
  again("baseline 1", "holds the roles of a region that is throttled, denied or disabled", NO_EVIDENCE),
  again("baseline 2", "reads all pages, and holds every role when one of them fails", FIRST_PAGE),
  again("baseline 3", "holds the roles of a region taken out of the list, and says what to do", NO_EVIDENCE),
  again(
    "baseline 4",
    "takes roles of its path that carry its tags, so that two deployments live in one account",
    EVERY_DEPLOYMENT,
  ),
  again("baseline 5", "completes a half-made role and trusts the new issuer", {
    ...inDiff,
    find: "if (!sameDocument(role.inlinePolicies[WRITER_POLICY_NAME], spec.policy))",
    replace: "if (false)",
  }),
  again("baseline 6", "lets in tokens for STS only, and takes issuer and partition as they are", {
    ...inIdentity,
    find: "[`${issuer}:aud`]: [STS_AUDIENCE], ",
    replace: "",
  }),
  again(
    "baseline 7",
    "waits for a missing OIDC provider, and makes the role in the run after it appears",
    ANY_PROVIDER,
  ),
  again("baseline 8", "lets a cluster read and write below its own prefix and nowhere else", {
    file: "contract/policies/writer-policy.ts",
    find: "[`${bucketArn}/${prefix}/*`]",
    replace: "[`${bucketArn}/*`]",
  }),
  again(
    "baseline 9",
    "makes a role for every name of a cluster, and the cluster's chart asks for that role",
    { ...inNames, find: "_${cluster.region}-${hash}`;", replace: "_${cluster.region}`;" },
  ),
  again("baseline 10", "takes off whatever is attached or inline, and deletes the role", {
    file: "lambda-src/reconcile/apply.ts",
    find: "for (const arn of role.attachedPolicies) await store.detachPolicy(role.name, arn);",
    replace: "",
  }),
  again(
    "baseline 11",
    "lets the Lambdas make bounded and tagged roles below their path, change those only, and attach nothing",
    {
      file: "contract/policies/lambda-policy.ts",
      find: ":role${scope.rolePath}*`];",
      replace: ":role/*`];",
    },
  ),
  again("baseline 12", "attaches nothing of AWS's, and logs by its own inline policy", {
    file: "stacks/account-reader.ts",
    find: `IamRolePolicyAttachment } from "${AWS_CONSTRUCTS}/iam-role-policy-attachment/`,
    replace: `IamPolicyAttachment as IamRolePolicyAttachment } from "${AWS_CONSTRUCTS}/iam-policy-attachment/`,
  }),
  again("baseline 13", "fails and counts where alarms look, and takes its roles away on destroy", {
    file: "lambda-src/role-management.ts",
    find: '["ok"]',
    replace: '["ok", "partial"]',
  }),
  again(
    "baseline 14",
    "has a public access block, ownership, versions, a lifecycle and a denial of plain HTTP on the data bucket",
    {
      file: "stacks/account-bucket.ts",
      find: 'versioningConfiguration: { status: "Enabled" },',
      replace: 'versioningConfiguration: { status: "Suspended" },',
    },
  ),
];

/** Shows that each test of a known defect of the predecessor can fail. */
export const REGRESSION_MUTATIONS: readonly Mutation[] = [...LAMBDA, ...BASELINE];
