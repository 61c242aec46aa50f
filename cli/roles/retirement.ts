import { openSink } from "../../agent-src/adapters/open-sink.ts";
import type { Sink } from "../../agent-src/export/sink.ts";
import { clusterArn, parseClusterArn, type Cluster } from "../../contract/cluster-arn.ts";
import type { Manifest } from "../../contract/manifest.ts";
import type { RoleArchive, RoleFacts } from "./adapters/role-facts.ts";
import { asking } from "./account.ts";
import { newestManifest } from "./newest-manifest.ts";
import { readPredecessorName, whyNotPredecessors } from "./predecessor-role.ts";

const RIGHTS =
  "the credentials need iam:GetRole, iam:ListRolePolicies, iam:GetRolePolicy, iam:ListAttachedRolePolicies and iam:ListInstanceProfilesForRole";

const HOUR_MS = 3_600_000;

/** Which role is to go, and by what it is judged. */
export interface RetireQuestion {
  readonly role: string;
  readonly partition: string;
  readonly account: string;
  readonly bucket: string;
  readonly keyPrefix: string;
  /** Within how many hours the cluster must have written, and the role must not have been used. */
  readonly hours: number;
  readonly evenIfUsed: boolean;
}

/** A role, and all that was found for and against its retirement. */
export interface Retirement {
  readonly facts: RoleFacts;
  readonly cluster: Cluster;
  readonly manifest: Manifest | undefined;
  /** Where the manifests are. */
  readonly sinkUrl: string;
  /** Why the role stays, a sentence each; nothing when it may go. */
  readonly reasons: readonly string[];
}

/** The cluster's files. Path style only matters to an emulator behind AWS_ENDPOINT_URL, whose host knows no bucket names. */
function openClusterSink({ bucket, keyPrefix }: RetireQuestion, cluster: Cluster): Sink {
  return openSink(`s3://${bucket}`, keyPrefix, cluster, { forcePathStyle: true });
}

function usedReason(
  { lastUsed }: RoleFacts,
  question: RetireQuestion,
  cluster: Cluster,
  now: Date,
): string[] {
  if (question.evenIfUsed || lastUsed === undefined) return [];
  if (now.getTime() - lastUsed.getTime() > question.hours * HOUR_MS) return [];
  return [
    `it was last used at ${lastUsed.toISOString()}, less than ${question.hours} hours ago, so an agent still writes with it; give that its own role ("roles explain ${cluster.region}/${cluster.name}" says what its pods need) and come back in ${question.hours} hours, or add --even-if-used`,
  ];
}

function manifestReason(manifest: Manifest | undefined, question: RetireQuestion, url: string): string[] {
  if (manifest !== undefined) return [];
  return [
    `its cluster has no manifest below ${url} that was written in the last ${question.hours} hours, so nothing shows that our agent works there; see --bucket, --key-prefix and --within-hours`,
  ];
}

/**
 * Looks at the role and at what its cluster wrote. Reads only.
 * @throws Error when there is no such role, TransientError when the role or the bucket cannot be read
 */
export async function judgeRetirement(
  question: RetireQuestion,
  archive: Pick<RoleArchive, "read">,
  now: Date,
): Promise<Retirement> {
  const { role: name, partition, account, hours } = question;
  const cluster = parseClusterArn(clusterArn({ partition, account, ...readPredecessorName(name) }));
  const facts = await asking(`read role "${name}"`, RIGHTS, () => archive.read(name));
  if (facts === undefined) {
    throw new Error(`There is no role "${name}" in account ${account}; it may have been retired before`);
  }
  const sink = openClusterSink(question, cluster);
  const manifest = await newestManifest(sink, cluster.arn, now, hours);
  const reasons = [
    ...whyNotPredecessors(facts, { role: name, region: cluster.region }),
    ...manifestReason(manifest, question, sink.url),
    ...usedReason(facts, question, cluster, now),
  ];
  return { facts, cluster, manifest, sinkUrl: sink.url, reasons };
}
