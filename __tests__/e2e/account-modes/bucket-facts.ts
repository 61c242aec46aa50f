import assert from "node:assert/strict";
import { GetBucketEncryptionCommand, GetBucketTaggingCommand } from "@aws-sdk/client-s3";
import { BUCKET } from "../account/expected-role.ts";
import type { EmulatedAws } from "../account/aws.ts";

/** Asserts how new objects of the bucket are encrypted. */
export async function assertEncryption({ s3 }: EmulatedAws, algorithm: string, key?: string): Promise<void> {
  const answer = await s3.send(new GetBucketEncryptionCommand({ Bucket: BUCKET }));
  const rules = (answer.ServerSideEncryptionConfiguration?.Rules ?? []).map(
    ({ ApplyServerSideEncryptionByDefault: rule }) => [rule?.SSEAlgorithm, rule?.KMSMasterKeyID],
  );
  assert.deepEqual(rules, [[algorithm, key]]);
}

/** Asserts the bucket's tags. */
export async function assertTags({ s3 }: EmulatedAws, tags: Readonly<Record<string, string>>): Promise<void> {
  const { TagSet = [] } = await s3.send(new GetBucketTaggingCommand({ Bucket: BUCKET }));
  assert.deepEqual(Object.fromEntries(TagSet.map(({ Key, Value }) => [Key ?? "", Value ?? ""])), tags);
}
