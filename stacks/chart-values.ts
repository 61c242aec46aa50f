import { z } from "zod";
import { DEFAULT_KEY_PREFIX } from "../contract/object-keys.ts";
import { checkChartRules } from "./chart-rules.ts";

// The one definition of the chart's values. From it come values.yaml, values.schema.json and the table in the chart's
// README (`npm run generate`), and the type of the values that the cluster stack hands to the release.
// The schema holds types, enums and ranges; rules about several values, or with a fix to spell out, are in chart-rules.ts.

const text = (fallback: string, meaning: string) => z.string().default(fallback).describe(meaning);
const pattern = (format: RegExp, fallback: string, meaning: string) =>
  z.string().regex(format).default(fallback).describe(meaning);
const count = (fallback: number, minimum: number, maximum: number, meaning: string) =>
  z.int().min(minimum).max(maximum).default(fallback).describe(meaning);
const flag = (fallback: boolean, meaning: string) => z.boolean().default(fallback).describe(meaning);
const labels = (meaning: string) => z.record(z.string(), z.string()).default({}).describe(meaning);
const quantities = (fallback: Record<string, string>, meaning: string) =>
  z
    .record(z.string(), z.union([z.string(), z.number()]))
    .default(fallback)
    .describe(meaning);
/** A part of the Kubernetes API that the chart passes on unread: the API server checks it. */
const kubernetesObjects = (meaning: string) => z.array(z.looseObject({})).default([]).describe(meaning);

const egress = (namespace: string, ports: number[], who: string) =>
  z
    .strictObject({
      namespace: text(namespace, `Namespace of ${who}; empty is any`),
      ports: z
        .array(z.int().min(1).max(65535))
        .min(1)
        .default(ports)
        .describe(`Ports that the pods of ${who} listen on, which need not be the ports of their Service`),
    })
    .prefault({});

const image = z
  .strictObject({
    repository: text("", "Repository of the agent's image (required), built from agent-src/Containerfile"),
    // The grammar of the OCI distribution specification.
    tag: pattern(
      /^([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$/,
      "",
      "Tag of the image; empty is the chart's appVersion",
    ),
    digest: text("", "Digest of the image, `sha256:…`; wins over the tag"),
    pullPolicy: z
      .enum(["IfNotPresent", "Always", "Never"])
      .default("IfNotPresent")
      .describe("When the image is pulled"),
    pullSecrets: z
      .array(z.strictObject({ name: z.string() }))
      .default([])
      .describe("Secrets for the image's registry"),
  })
  .prefault({});

const sink = z
  .strictObject({
    url: text("", "Bucket that the files go to, `s3://<bucket>` (required)"),
    keyPrefix: text(DEFAULT_KEY_PREFIX, "Prefix in the bucket; the cluster's own prefix follows it"),
    region: text("", "Region of the bucket; empty is the cluster's"),
  })
  .prefault({});

const identity = z
  .strictObject({
    mode: z
      .enum(["irsa", "podIdentity", "staticKeys"])
      .default("irsa")
      .describe(
        "How the exporter gets AWS credentials: web identity by an annotation, EKS Pod Identity, or keys from a Secret",
      ),
    roleArn: text("", "ARN of the cluster's role; required with `irsa`, refused otherwise"),
    staticKeys: z
      .strictObject({
        existingSecret: text(
          "",
          "Secret with the keys `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`; required with `staticKeys`",
        ),
      })
      .prefault({}),
  })
  .prefault({});

const prometheus = z
  .strictObject({
    url: text("", "Base URL of Prometheus (required), as `http://prometheus-server.monitoring.svc`"),
    kubeStateMetricsJob: text(
      "kube-state-metrics",
      "Regular expression of kube-state-metrics' `job` label; OpenCost re-emits its metrics, so the job is always named",
    ),
    cadvisorJob: text("", "Regular expression of cAdvisor's `job` label; empty is any"),
    bearerToken: z
      .strictObject({
        existingSecret: text("", "Secret with a bearer token for Prometheus; empty sends none"),
        // A Secret's key that is also a file's name: Kubernetes refuses "." and "..".
        key: pattern(/^\.?[A-Za-z0-9_-][A-Za-z0-9_.-]{0,251}$/, "token", "Key of the token in that Secret"),
      })
      .prefault({}),
  })
  .prefault({});

const openCost = z
  .strictObject({
    url: text("", "Base URL of OpenCost's API (required), as `http://opencost.opencost.svc:9003`"),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .default("USD")
      .describe("Currency that OpenCost's prices are in"),
  })
  .prefault({});

const resources = z
  .strictObject({
    requests: quantities(
      { cpu: "100m", memory: "256Mi", "ephemeral-storage": "64Mi" },
      "What the scheduler reserves",
    ),
    limits: quantities(
      { memory: "256Mi", "ephemeral-storage": "512Mi" },
      "What the pod may use; no CPU limit, because a throttled export only takes longer",
    ),
  })
  .prefault({});

const hourly = z
  .strictObject({
    suspend: flag(false, "Stops the schedule without removing anything"),
    minute: z
      .int()
      .min(0)
      .max(59)
      .nullable()
      .default(null)
      .describe(
        "Minute of the hour; null derives one from 10 to 54 from the cluster's ARN, to spread clusters",
      ),
    settleSeconds: count(
      300,
      0,
      3600,
      "How long after its end an hour is left alone, so that the last scrapes are in",
    ),
    maxHours: count(24, 1, 1000, "Most hours that one run exports; the next run goes on"),
    requestTimeoutSeconds: count(120, 1, 3600, "Limit of one request to Prometheus or OpenCost"),
    startingDeadlineSeconds: count(
      1800,
      60,
      3600,
      "How late a run may start; a missed hour is exported by the next run",
    ),
    activeDeadlineSeconds: count(
      3300,
      60,
      3600,
      "How long a run may take; below an hour, because runs never overlap",
    ),
    // The exporter gives up 22 seconds after SIGTERM and needs the rest to clean up: cli/export.ts.
    terminationGracePeriodSeconds: count(
      30,
      30,
      600,
      "How long a stopped run has to finish the object it is writing",
    ),
    backoffLimit: count(1, 0, 6, "How often a failed run is tried again before the next hour"),
    successfulJobsHistoryLimit: count(3, 0, 100, "Finished runs that stay visible"),
    failedJobsHistoryLimit: count(
      3,
      1,
      100,
      "Failed runs that stay visible; at least one, or a failure leaves no trace",
    ),
    tmpSizeLimit: pattern(
      /^[1-9][0-9]*(\.[0-9]+)?(k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/,
      "256Mi",
      "Size limit of the `/tmp` volume, the only place the container can write",
    ),
    resources,
  })
  .prefault({});

const networkPolicy = z
  .strictObject({
    enabled: flag(true, "Denies all traffic of the release's pods except what is named here"),
    dns: egress("", [53], "the DNS servers").describe(
      "Any address by default: on EKS Auto Mode and with a node-local cache DNS is not a pod in `kube-system`",
    ),
    prometheus: egress("", [9090], "Prometheus"),
    openCost: egress("", [9003], "OpenCost"),
    extraEgress: kubernetesObjects("More egress rules, as NetworkPolicy spells them"),
  })
  .prefault({});

const pod = z
  .strictObject({
    labels: labels("More labels of the pods"),
    annotations: labels("Annotations of the pods"),
    nodeSelector: labels("Labels of the nodes that may run the pods"),
    tolerations: kubernetesObjects("Taints that the pods tolerate"),
    affinity: z.looseObject({}).default({}).describe("Affinity of the pods"),
    priorityClassName: text("", "Priority class of the pods"),
  })
  .prefault({});

/** The values of the chart `charts/container-insights`, with every default. */
export const ChartValues = z
  .strictObject({
    // Open: a parent chart's globals are all passed down.
    global: z
      .looseObject({ imageRegistry: text("", "Registry put before the image's repository, for mirrors") })
      .prefault({}),
    clusterArn: text(
      "",
      "ARN of the EKS cluster (required), as `arn:aws:eks:eu-west-1:123456789012:cluster/prod`",
    ),
    image,
    sink,
    identity,
    prometheus,
    openCost,
    export: z.strictObject({ hourly }).prefault({}),
    networkPolicy,
    pod,
  })
  .superRefine((values, context) => {
    for (const problem of checkChartRules(values)) {
      context.addIssue({ code: "custom", path: [...problem.path], message: problem.message });
    }
  });
export type ChartValues = z.output<typeof ChartValues>;

/** Values as a person writes them: everything that has a default may be left out. */
export type ChartValuesInput = z.input<typeof ChartValues>;
