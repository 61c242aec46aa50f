import { HeadBucketCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { BucketProbe, Caller } from "../../doctor/context.ts";
import { readAwsEndpoints } from "../../env.ts";
import { failureOf, isForbidden } from "../s3-errors.ts";
import { createS3Client, s3Region, type S3Settings } from "../s3-sink.ts";
import { aheadOf } from "./observed-answers.ts";

/** What the last answer of S3 said beside its body; also a refusal says it. */
interface Seen {
  region?: string | undefined;
  aheadSeconds?: number | undefined;
}

/** Looks at a bucket beside its objects; `prefix` is the cluster's, because its role may list no other. */
export function createBucketProbe(bucket: string, prefix: string, settings: S3Settings): BucketProbe {
  const region = s3Region(settings);
  const client = createS3Client(settings);
  const seen: Seen = {};
  watchAnswers(client, seen);
  let head: Promise<void> | undefined;
  const look = (): Promise<void> => (head ??= headBucket(client, bucket));
  let caller: Promise<Caller | undefined> | undefined;
  return {
    bucket,
    region,
    async bucketRegion() {
      await look();
      return seen.region;
    },
    async aheadSeconds() {
      await look();
      return seen.aheadSeconds;
    },
    caller: () => (caller ??= readCaller(region)),
    async isOwnedBy(account) {
      const listing = { Bucket: bucket, Prefix: `${prefix}/`, MaxKeys: 1 };
      try {
        await client.send(new ListObjectsV2Command({ ...listing, ExpectedBucketOwner: account }));
        return true;
      } catch (error) {
        if (!isForbidden(failureOf(error))) throw error;
      }
      // Refused for the owner only if it is not refused anyway.
      await client.send(new ListObjectsV2Command(listing));
      return false;
    },
  };
}

function watchAnswers(client: S3Client, seen: Seen): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const sent = Date.now() / 1000;
      const output = await next(args);
      const { headers } = output.response as { readonly headers?: Readonly<Record<string, string>> };
      // A redirect to the bucket's region is followed by the SDK: the first answer counts as well as the last.
      seen.region = headers?.["x-amz-bucket-region"] ?? seen.region;
      seen.aheadSeconds = aheadOf(headers?.["date"], sent, Date.now() / 1000) ?? seen.aheadSeconds;
      return output;
    },
    // After the deserializer, which throws on a refusal.
    { step: "deserialize", priority: "low", name: "watchAnswers" },
  );
}

/** @throws when there was no answer at all */
async function headBucket(client: S3Client, bucket: string): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    // A cluster's role may not do it; the answer's head is all that is wanted.
    if (failureOf(error).status === undefined) throw error;
  }
}

async function readCaller(region: string): Promise<Caller | undefined> {
  const endpoints = readAwsEndpoints();
  if (endpoints.s3 !== undefined && endpoints.sts === undefined) return undefined;
  const client = new STSClient({ region, maxAttempts: 2 });
  const { Arn, Account } = await client.send(new GetCallerIdentityCommand({}));
  return { arn: Arn, account: Account };
}
