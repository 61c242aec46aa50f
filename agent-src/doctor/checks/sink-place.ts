import { ok, problem, skipped, warning, type Check, type Finding } from "../check.ts";
import type { BucketProbe, DoctorContext, FolderProbe } from "../context.ts";
import { explainRefusal } from "../sink-failure.ts";

/** A month of a cluster of 5,000 containers: 0.5 MB an hour of each of the two large datasets. */
const COMFORTABLE_BYTES = 1e9;

/** An hour of 50,000 containers, and as much while it is written. */
const LEAST_BYTES = 5e7;

/** Whether a folder can hold the files. */
export const sinkFolder: Check = {
  id: "sink-folder",
  title: "Folder: is one, and has space",
  about: ["sink"],
  needs: [],
  run: async ({ sink: { place } }) =>
    place.kind === "file" ? judgeFolder(place.folder) : [skipped("the sink is a bucket")],
};

async function judgeFolder(folder: FolderProbe): Promise<readonly Finding[]> {
  const { path } = folder;
  const kind = await folder.kind();
  if (kind === "other") return [problem(`"${path}" is no folder`, "name a folder in --sink")];
  const there =
    kind === undefined
      ? ok(`"${path}" is not there yet; the first write makes it`)
      : ok(`"${path}" is a folder`);
  return [there, judgeSpace(await folder.freeBytes(), path)];
}

function judgeSpace(bytes: number, path: string): Finding {
  const free = `${Math.floor(bytes / 1e6)} MB are free for "${path}"`;
  const fix = "free space, or use a larger volume; a bucket has no such limit";
  if (bytes < LEAST_BYTES) return problem(`${free}; at least ${LEAST_BYTES / 1e6} MB are needed`, fix);
  if (bytes < COMFORTABLE_BYTES)
    return warning(`${free}; less than ${COMFORTABLE_BYTES / 1e6} MB do not last long`, fix);
  return ok(free);
}

/** Whose credentials these are, and whether of the cluster's account. */
export const sinkIdentity: Check = {
  id: "sink-identity",
  title: "S3: the credentials are of the cluster's account",
  about: ["sink"],
  needs: [],
  run: async (context) => [await withBucket(context, judgeCaller)],
};

async function withBucket(
  context: DoctorContext,
  judge: (bucket: BucketProbe, context: DoctorContext) => Promise<Finding>,
): Promise<Finding> {
  const { place } = context.sink;
  return place.kind === "s3" ? judge(place.bucket, context) : skipped("the sink is a folder");
}

async function judgeCaller(bucket: BucketProbe, { settings }: DoctorContext): Promise<Finding> {
  let caller;
  try {
    caller = await bucket.caller();
  } catch (error) {
    const { reason, fix } = explainRefusal(error, undefined);
    return problem(`STS does not tell whose credentials these are: ${reason}`, fix);
  }
  if (!caller)
    return skipped("an S3-compatible server: there is no STS to ask (set AWS_ENDPOINT_URL_STS if there is)");
  const { arn = "an unknown principal", account } = caller;
  const wanted = settings.cluster.account;
  if (account === wanted) return ok(`"${arn}"`);
  return warning(
    `"${arn}" is of the account ${account ?? "unknown"}, while --cluster-arn names ${wanted}`,
    "check --cluster-arn; when the data is meant to come from another account, the bucket's policy has to allow it",
  );
}

/** Whether the bucket belongs to the cluster's account. */
export const sinkOwner: Check = {
  id: "sink-owner",
  title: "S3: the bucket belongs to the cluster's account",
  about: ["sink"],
  needs: ["sink-write"],
  run: async (context) => [await withBucket(context, judgeOwner)],
};

async function judgeOwner(bucket: BucketProbe, { settings }: DoctorContext): Promise<Finding> {
  const { account } = settings.cluster;
  if (await isWithoutAccounts(bucket)) return skipped("an S3-compatible server: its accounts are not AWS'");
  if (await bucket.isOwnedBy(account)) return ok(`the bucket "${bucket.bucket}" is of ${account}`);
  return warning(
    `the bucket "${bucket.bucket}" is not of ${account}, the account of --cluster-arn; objects there belong to somebody else`,
    "check the bucket's name in --sink: names are global, and a typing error can name a stranger's; a central bucket is fine when it is yours",
  );
}

async function isWithoutAccounts(bucket: BucketProbe): Promise<boolean> {
  try {
    return (await bucket.caller()) === undefined;
  } catch {
    return false; // there is an STS; its own check says what it refused
  }
}

/** Whether requests go to the bucket's own region. */
export const sinkRegion: Check = {
  id: "sink-region",
  title: "S3: requests go to the bucket's region",
  about: ["sink"],
  needs: ["sink-connection"],
  run: async (context) => [await withBucket(context, judgeRegion)],
};

async function judgeRegion(bucket: BucketProbe): Promise<Finding> {
  const actual = await bucket.bucketRegion();
  if (actual === undefined) return skipped("the server does not tell the bucket's region");
  if (actual === bucket.region) return ok(`"${actual}"`);
  return warning(
    `the bucket "${bucket.bucket}" is in "${actual}", requests go to "${bucket.region}" first: each is redirected, and VPC endpoints do not reach across regions`,
    `set AWS_REGION to ${actual}`,
  );
}
