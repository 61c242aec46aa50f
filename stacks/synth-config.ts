import { existsSync, readFileSync } from "node:fs";
import * as z from "zod";
import { parseClusterArn } from "../contract/cluster-arn.ts";

/** Read when no other file is named. */
export const DEFAULT_CONFIG_FILE = "container-insights.json";

const region = z.string().regex(/^[a-z]{2}[a-z-]*-\d$/, 'Expected a region such as "eu-west-1"');

const LocalBackendConfig = z.strictObject({
  kind: z.literal("local"),
  /**
   * Folder of the state files, relative to a stack's own folder.
   * @default a folder in the project's root: outside `cdktf.out`, which people remove
   */
  statePrefix: z.string().min(1).default("../../../terraform-state"),
});

const S3BackendConfig = z.strictObject({
  kind: z.literal("s3"),
  bucket: z.string().min(3),
  region,
  /** Prefix of the state keys. */
  statePrefix: z
    .string()
    .regex(/^[^/](.*[^/])?$/, "Expected text without a slash at its start or end")
    .default("container-insights"),
});

/** Where the states live. */
export const BackendConfig = z.discriminatedUnion("kind", [LocalBackendConfig, S3BackendConfig]);
export type BackendConfig = z.infer<typeof BackendConfig>;

const url = z.url({
  protocol: /^https?$/,
  error: 'Expected a URL such as "http://prometheus-server.monitoring.svc"',
});

/** One cluster: what `ClusterStackProps` says about each field. */
const ClusterConfig = z.strictObject({
  clusterArn: z.string().superRefine((arn, context) => {
    try {
      parseClusterArn(arn);
    } catch (error) {
      context.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) });
    }
  }),
  prometheusUrl: url,
  openCostUrl: url,
  namePrefix: z.string().optional(),
  keyPrefix: z.string().optional(),
  bucketName: z.string().optional(),
  bucketRegion: region.optional(),
  createNamespace: z.boolean().optional(),
  kubeconfig: z.strictObject({ path: z.string().min(1), context: z.string().optional() }).optional(),
  /** Checked by the cluster stack against the chart's own definition. */
  chartValues: z.record(z.string(), z.unknown()).optional(),
});
export type ClusterConfig = z.infer<typeof ClusterConfig>;

/** What is synthesized. Settings of an account are Terraform variables, not this. */
export const SynthConfig = z.strictObject({
  backend: BackendConfig.prefault({ kind: "local" }),
  /** Region of the account stack. @default the AWS provider's own, such as `AWS_REGION` */
  region: region.optional(),
  /** Lets `terraform destroy` remove the bucket, data included where `force_destroy` is set. */
  allowDestroy: z.boolean().default(false),
  clusters: z
    .array(ClusterConfig)
    .default([])
    .refine(
      (clusters) => new Set(clusters.map(({ clusterArn }) => clusterArn)).size === clusters.length,
      "A cluster is listed twice; list each clusterArn once",
    ),
});
export type SynthConfig = z.infer<typeof SynthConfig>;

/** The configuration cannot be used. The message lists everything that is wrong with it. */
export class SynthConfigError extends Error {
  override readonly name = "SynthConfigError";
}

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
  const parsed = SynthConfig.safeParse(parseJson(text, file));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.length > 0 ? path.map(String).join(".") : "the file"}: ${message}`,
  );
  throw new SynthConfigError(`Cannot use the configuration "${file}": ${problems.join("; ")}`);
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
