import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import type { Cluster } from "../../contract/cluster-arn.ts";
import { clusterPrefix } from "../../contract/object-keys.ts";
import { ConfigError } from "../export/errors.ts";
import type { Sink } from "../export/sink.ts";
import { FileSink } from "./file-sink.ts";
import { openS3Sink, type S3Settings } from "./s3-sink.ts";

/** What a sink URL names. */
export type SinkTarget =
  | { readonly kind: "file"; readonly directory: string }
  | { readonly kind: "s3"; readonly bucket: string; readonly prefix: string };

const FORMS = 'expected "file:///absolute/folder" or "s3://bucket" or "s3://bucket/prefix"';

// Bucket naming rules of the S3 user guide, without the rare reserved prefixes: S3 itself refuses those.
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/**
 * Reads a sink URL.
 * @throws ConfigError naming the value and the forms that are understood
 */
export function parseSinkUrl(url: string): SinkTarget {
  if (url.startsWith("file://")) return { kind: "file", directory: directoryOf(url) };
  if (!url.startsWith("s3://")) throw new ConfigError(`Sink "${url}" is not understood; ${FORMS}`);
  const [bucket = "", ...rest] = url.slice("s3://".length).split("/");
  if (!BUCKET.test(bucket)) {
    throw new ConfigError(`Sink "${url}" names no valid S3 bucket ("${bucket}"); ${FORMS}`);
  }
  const prefix = rest.join("/").replace(/\/+$/, "");
  if (prefix.split("/").some((segment) => segment === "." || segment === "..") || prefix.includes("//")) {
    throw new ConfigError(`Sink "${url}" has an empty, "." or ".." segment in its prefix; leave it out`);
  }
  return { kind: "s3", bucket, prefix };
}

function directoryOf(url: string): string {
  let directory: string;
  try {
    directory = fileURLToPath(url);
  } catch (cause) {
    throw new ConfigError(`Sink "${url}" is not an absolute file URL; ${FORMS}`, { cause });
  }
  if (!isAbsolute(directory)) throw new ConfigError(`Sink "${url}" is not an absolute file URL; ${FORMS}`);
  return directory;
}

/**
 * Opens the sink that `url` names, rooted at the cluster's prefix, or at the key prefix when no cluster is given
 * (to read all clusters). Nothing is written and nothing is reached before the first call.
 * @throws ConfigError when the URL is not understood
 */
export function openSink(
  url: string,
  keyPrefix: string,
  cluster: Pick<Cluster, "account" | "region" | "name"> | undefined,
  s3: S3Settings = {},
): Sink {
  const target = parseSinkUrl(url);
  const root = cluster ? clusterPrefix(keyPrefix, cluster) : keyPrefix;
  if (target.kind === "file") return new FileSink(target.directory, root);
  const prefix = [target.prefix, root].filter((part) => part !== "").join("/");
  return openS3Sink(target.bucket, prefix, { ...(cluster ? { region: cluster.region } : {}), ...s3 });
}
