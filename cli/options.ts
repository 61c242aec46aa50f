import { Option, type Command } from "commander";
import { parseClusterArn, type Cluster } from "../contract/cluster-arn.ts";
import type { Dataset } from "../contract/datasets/column.ts";
import { DATASETS, findDataset } from "../contract/datasets/index.ts";
import { DEFAULT_KEY_PREFIX } from "../contract/object-keys.ts";
import { partitionOf } from "../contract/partition.ts";
import { openSink, parseSinkUrl } from "../agent-src/adapters/open-sink.ts";
import { resolveWindow, type ResolvedWindow } from "../agent-src/export/window.ts";
import type { Sink } from "../agent-src/export/sink.ts";
import { isOff, variableOf } from "./env.ts";
import type { Problems } from "./problems.ts";

/** A flag that can also be given as `CONTAINER_INSIGHTS_<FLAG>`. */
export function flag(flags: string, description: string, defaultValue?: string): Option {
  const name = flags.split(/[ ,]+/).find((part) => part.startsWith("--")) ?? flags;
  const option = new Option(flags, description);
  // commander takes any value of a switch's variable for yes, also "false".
  if (flags.includes("<") || !isOff(variableOf(name))) option.env(variableOf(name));
  return defaultValue === undefined ? option : option.default(defaultValue);
}

/** Where the files are; part of every command that reads or writes them. */
export interface SinkFlags {
  readonly sink?: string;
  readonly clusterArn?: string;
  readonly keyPrefix: string;
  readonly s3ForcePathStyle?: boolean;
}

/** Adds `--sink`, `--cluster-arn`, `--key-prefix` and `--s3-force-path-style`. */
export function addSinkFlags(command: Command, clusterMeaning: string): Command {
  return command
    .addOption(flag("--sink <url>", "where the files are: file:///folder or s3://bucket[/prefix]"))
    .addOption(flag("--cluster-arn <arn>", clusterMeaning))
    .addOption(flag("--key-prefix <prefix>", "key prefix of the deployment", DEFAULT_KEY_PREFIX))
    .addOption(
      flag(
        "--s3-force-path-style",
        "bucket in the path, for S3-compatible servers (with AWS_ENDPOINT_URL_S3)",
      ),
    );
}

/** Adds `--from` and `--until`. */
export function addWindowFlags(command: Command, defaultWindow: string): Command {
  return command
    .addOption(
      flag(
        "--from <time>",
        `first hour: 2026-11-22, 2026-11-22T10:00:00Z, -24h, -7d (default: ${defaultWindow})`,
      ),
    )
    .addOption(flag("--until <time>", "end, not included; same forms"));
}

/** The sink of the flags, and the cluster they name. */
export function readSink(
  flags: SinkFlags,
  problems: Problems,
  cluster: "required" | "optional",
): { sink?: Sink; cluster?: Cluster } {
  const url = problems.required("--sink", flags.sink, "file:///tmp/container-insights");
  const example = "arn:aws:eks:eu-west-1:123456789012:cluster/prod";
  const arn =
    cluster === "required"
      ? problems.required("--cluster-arn", flags.clusterArn, example)
      : flags.clusterArn || undefined;
  const parsed = arn === undefined ? undefined : problems.attempt(() => readCluster(arn));
  const prefix = problems.attempt(() => readKeyPrefix(flags.keyPrefix));
  if (url !== undefined) problems.attempt(() => parseSinkUrl(url));
  if (url === undefined || prefix === undefined || (arn !== undefined && !parsed)) return {};
  const s3 = { ...(flags.s3ForcePathStyle === undefined ? {} : { forcePathStyle: flags.s3ForcePathStyle }) };
  try {
    return { sink: openSink(url, prefix, parsed, s3), ...(parsed ? { cluster: parsed } : {}) };
  } catch {
    // Said above already.
    return {};
  }
}

function readCluster(arn: string): Cluster {
  let cluster: Cluster;
  try {
    cluster = parseClusterArn(arn);
  } catch (error) {
    throw new Error(`--cluster-arn ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const partition = partitionOf(cluster.region);
  if (cluster.partition !== partition) {
    throw new Error(
      `--cluster-arn "${arn}" has the partition "${cluster.partition}", but the region "${cluster.region}" is in "${partition}"`,
    );
  }
  return cluster;
}

/** A key prefix; `""` is the root of the bucket. @throws Error that names the flag */
export function readKeyPrefix(prefix: string): string {
  const segments = prefix.split("/");
  const isGood = segments.every((segment) => /^[A-Za-z0-9_][A-Za-z0-9_.=-]*$/.test(segment));
  if (prefix === "" || isGood) return prefix;
  throw new Error(
    `--key-prefix "${prefix}" is not a key prefix; use letters, digits, "_", "-", "." and single slashes between, as in "${DEFAULT_KEY_PREFIX}"`,
  );
}

/** The window that `--from` and `--until` name. */
export function readWindow(
  flags: { readonly from?: string; readonly until?: string },
  settleSeconds: number,
  problems: Problems,
): ResolvedWindow | undefined {
  return problems.attempt(() =>
    resolveWindow({
      ...(flags.from === undefined ? {} : { from: flags.from }),
      ...(flags.until === undefined ? {} : { until: flags.until }),
      now: Date.now() / 1000,
      settleSeconds,
    }),
  );
}

/** Seconds of `90`, `90s`, `2m`, `1h`. */
export function readSeconds(name: string, text: string, limits: { min: number; max: number }): number {
  const match = /^(\d+(?:\.\d+)?)(s|m|h)?$/.exec(text);
  const unit = { s: 1, m: 60, h: 3600 }[match?.[2] ?? "s"] ?? 1;
  const seconds = match ? Number(match[1]) * unit : Number.NaN;
  if (seconds >= limits.min && seconds <= limits.max) return seconds;
  throw new Error(
    `${name} "${text}" is not a duration between ${limits.min}s and ${limits.max}s; use for example "60s" or "2m"`,
  );
}

/** A whole number within limits. */
export function readCount(name: string, text: string, limits: { min: number; max: number }): number {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (count >= limits.min && count <= limits.max) return count;
  throw new Error(`${name} "${text}" is not a whole number between ${limits.min} and ${limits.max}`);
}

/** Datasets of a comma list; all of the hourly job when absent. */
export function readDatasets(text: string | undefined): readonly Dataset[] {
  if (text === undefined || text === "") return DATASETS.filter(({ job }) => job === undefined);
  const known = DATASETS.map(({ name }) => name);
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.filter((name) => !findDataset(name));
  if (unknown.length > 0) {
    const listed = unknown.map((name) => `"${name}"`).join(", ");
    throw new Error(`--datasets names ${listed}, which do not exist; choose from ${known.join(", ")}`);
  }
  // In the dictionary's order, whatever the order of the flag.
  return DATASETS.filter(({ name }) => names.includes(name));
}
