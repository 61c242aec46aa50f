import { existsSync, readFileSync } from "node:fs";
import * as z from "zod";
import { parseClusterArn } from "../contract/cluster-arn.ts";
import { MAX_NAME_PREFIX_LENGTH } from "../contract/names.ts";
import { conflictOf, TAKE_OVER_GROUP_NAMES } from "../contract/take-over.ts";
import { describeProblem, fixOf, SynthConfigError } from "./config-problems.ts";

/** Read when no other file is named. */
const DEFAULT_CONFIG_FILE = "container-insights.json";

const region = z.string().regex(/^[a-z]{2}[a-z-]*-\d{1,2}$/, 'give a region such as "eu-west-1"');

// What the account stack asks of its `name_prefix`.
const namePrefix = z
  .string()
  .regex(
    new RegExp(`^[a-z0-9]([a-z0-9-]{0,${MAX_NAME_PREFIX_LENGTH - 2}}[a-z0-9])?$`),
    `give 1 to ${MAX_NAME_PREFIX_LENGTH} lower-case letters, digits and hyphens, with no hyphen at either end`,
  );

const LocalBackendConfig = z.strictObject({
  kind: z.literal("local"),
  // Outside `cdktf.out`, which people remove.
  statePrefix: z
    .string()
    .min(1)
    .default("../../../terraform-state")
    .describe(
      "Folder of the state files, relative to a stack's own folder; the default is in the project's root",
    ),
});

const S3BackendConfig = z.strictObject({
  kind: z.literal("s3"),
  bucket: z.string().min(3).describe("Bucket of the states, with S3's own lock file"),
  region: region.describe("Region of that bucket"),
  statePrefix: z
    .string()
    .regex(/^[^/](.*[^/])?$/, "give text without a slash at its start or end")
    .default("container-insights")
    .describe("Prefix of the state keys"),
});

const OtherBackendConfig = z.strictObject({
  kind: z.literal("other"),
  type: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/, 'give the name of a Terraform backend, such as "gcs"')
    .describe("Any other of Terraform's backends, by its name, such as `gcs`, `azurerm` or `remote`"),
  settings: z
    .record(z.string(), z.json())
    .default({})
    .describe(
      "That backend's arguments, written as they are; no secrets: Terraform takes those from the environment",
    ),
  stateSetting: z
    .string()
    .regex(/^[a-z_]+(\.[a-z_]+)*$/, 'give the name of an argument, such as "prefix" or "workspaces.name"')
    .describe("Argument that tells one state from another, such as `prefix`, `key` or `workspaces.name`"),
  statePrefix: z
    .string()
    .regex(/^[^/](.*[^/])?$/, "give text without a slash at its start or end")
    .default("container-insights")
    .describe("What each state's name begins with"),
  separator: z
    .enum(["/", "-"])
    .default("/")
    .describe("What stands between the parts of a state's name, for backends that take no slash"),
});

/** Where the states live. */
export const BackendConfig = z.discriminatedUnion("kind", [
  LocalBackendConfig,
  S3BackendConfig,
  OtherBackendConfig,
]);
export type BackendConfig = z.infer<typeof BackendConfig>;

function url(example: string) {
  return z.url({ protocol: /^https?$/, error: `give a URL such as "${example}"` });
}

const KubeconfigConfig = z.strictObject({
  path: z.string().min(1).describe("Path of the kubeconfig file"),
  context: z.string().optional().describe("Context in it; its current one if not given"),
});

/** One cluster: what `ClusterStackProps` says about each field. */
const ClusterConfig = z.strictObject({
  clusterArn: z
    .string()
    .superRefine((arn, context) => {
      try {
        parseClusterArn(arn);
      } catch (error) {
        context.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) });
      }
    })
    .describe("ARN of the EKS cluster; account, region, name, role and prefix derive from it"),
  prometheusUrl: url("http://prometheus-server.monitoring.svc").describe(
    "Prometheus, as the agent's pod reaches it",
  ),
  openCostUrl: url("http://opencost.opencost.svc:9003").describe("OpenCost, as the agent's pod reaches it"),
  namePrefix: namePrefix.optional().describe("`name_prefix` of the account's deployment, if not its default"),
  keyPrefix: z.string().optional().describe("`key_prefix` of the account's deployment, if not its default"),
  bucketName: z.string().optional().describe("Bucket, if not `<name_prefix>-<account>`"),
  bucketRegion: region.optional().describe("Region of the bucket, if not the cluster's"),
  createNamespace: z
    .boolean()
    .optional()
    .describe("Whether the stack makes the namespace `nops`, with Pod Security `restricted` enforced"),
  kubeconfig: KubeconfigConfig.optional().describe(
    "A kubeconfig instead of `aws eks get-token`, which needs the AWS CLI on the PATH of whoever applies",
  ),
  // Checked by the cluster stack against the chart's own definition.
  chartValues: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("Values of the chart, such as `image`; see charts/container-insights/README.md"),
});
export type ClusterConfig = z.infer<typeof ClusterConfig>;

/** What is synthesized. Settings of an account are Terraform variables, not this. */
export const SynthConfig = z.strictObject({
  backend: BackendConfig.prefault({ kind: "local" }).describe("Where the Terraform states live"),
  region: region
    .optional()
    .describe("Region of the account stack; if not given, the AWS provider's own, such as `AWS_REGION`"),
  allowDestroy: z
    .boolean()
    .default(false)
    .describe(
      "Lets `terraform destroy` remove the bucket with its data, and demands `force_destroy`; see [destroy.md](destroy.md)",
    ),
  importExisting: z
    .array(
      z.enum(TAKE_OVER_GROUP_NAMES, {
        error: `give any of ${TAKE_OVER_GROUP_NAMES.map((name) => `"${name}"`).join(", ")}`,
      }),
    )
    .default([])
    .superRefine((groups, context) => {
      const conflict = conflictOf(groups);
      if (conflict !== undefined) context.addIssue({ code: "custom", message: conflict });
    })
    .describe(
      "What the account has of the predecessor, for the first apply to take over: groups of [take-over.md](take-over.md)",
    ),
  clusters: z
    .array(ClusterConfig)
    .default([])
    .superRefine((clusters, context) => {
      const arns = clusters.map(({ clusterArn }) => clusterArn);
      const twice = arns.find((arn, index) => arns.indexOf(arn) !== index);
      if (twice === undefined) return;
      context.addIssue({ code: "custom", message: `"${twice}" is listed twice; list each clusterArn once` });
    })
    .describe("One stack and one state for each"),
});
export type SynthConfig = z.infer<typeof SynthConfig>;

/**
 * Reads the synth configuration from `path`, or from `container-insights.json` where that exists, else the defaults.
 * @throws SynthConfigError naming the file and every problem in it
 */
export function loadSynthConfig(path: string | undefined): SynthConfig {
  if (path === undefined && !existsSync(DEFAULT_CONFIG_FILE)) return SynthConfig.parse({});
  const file = path ?? DEFAULT_CONFIG_FILE;
  return parseSynthConfig(readText(file), file);
}

/** Reads a configuration from its JSON text; `file` is for messages. */
export function parseSynthConfig(text: string, file: string): SynthConfig {
  const parsed = SynthConfig.safeParse(parseJson(text, file), { reportInput: true, error: fixOf });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(describeProblem);
  throw new SynthConfigError(
    `Cannot use the configuration "${file}": ${problems.join("; ")} (its fields: docs/configuration.md)`,
  );
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new SynthConfigError(
      `Cannot read the configuration "${file}"; set CONTAINER_INSIGHTS_CONFIG to a file that exists`,
      { cause },
    );
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SynthConfigError(`Cannot use the configuration "${file}": it is not JSON (${reason})`, {
      cause,
    });
  }
}
