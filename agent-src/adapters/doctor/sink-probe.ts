import type { Cluster } from "../../../contract/cluster-arn.ts";
import { clusterPrefix } from "../../../contract/object-keys.ts";
import { dnsSuffixOf } from "../../../contract/partition.ts";
import type { SinkProbe } from "../../doctor/context.ts";
import { readAwsEndpoints } from "../../env.ts";
import type { Sink } from "../../export/sink.ts";
import { parseSinkUrl } from "../open-sink.ts";
import type { S3Settings } from "../s3-sink.ts";
import { createBucketProbe } from "./bucket-probe.ts";
import { createFolderProbe } from "./folder-probe.ts";
import { endpointOf } from "./sources.ts";

/**
 * Looks at where an export's files go; nothing is reached yet.
 * @param sink opened as an export opens it
 * @throws ConfigError when the URL is not understood
 */
export function openSinkProbe(
  url: string,
  keyPrefix: string,
  cluster: Cluster,
  sink: Sink,
  s3: S3Settings,
): SinkProbe {
  const target = parseSinkUrl(url);
  if (target.kind === "file") {
    return { url, sink, place: { kind: "file", folder: createFolderProbe(target.directory) } };
  }
  const prefix = [target.prefix, clusterPrefix(keyPrefix, cluster)].filter((part) => part !== "").join("/");
  const bucket = createBucketProbe(target.bucket, prefix, { region: cluster.region, ...s3 });
  const own = readAwsEndpoints().s3;
  const host = `https://s3.${bucket.region}.${dnsSuffixOf(cluster.partition)}`;
  const endpoint = endpointOf("S3", own === undefined ? "AWS_REGION" : "AWS_ENDPOINT_URL_S3", own ?? host);
  return { url, sink, place: { kind: "s3", endpoint, bucket } };
}
