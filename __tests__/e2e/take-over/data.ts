import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import type { EmulatedAws } from "../account/aws.ts";
import { BUCKET } from "../account/expected-role.ts";

/** Where the predecessor wrote, with bytes that no text encoding keeps. */
const OBJECTS: ReadonlyMap<string, Buffer> = new Map(
  ["nops_cost/year=2024/month=9/day=2", "pod_metrics/year=2024/month=9/day=2/hour=7"].map((folder) => [
    `container_cost/${folder}/cluster_name=prod/v20240318_0-us-east-1.parquet`,
    Buffer.concat([Buffer.from("PAR1"), createHash("sha512").update(folder).digest(), Buffer.from([0, 255])]),
  ]),
);

/** Writes the predecessor's data. */
export async function putOldData({ s3 }: EmulatedAws): Promise<void> {
  for (const [Key, Body] of OBJECTS) await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
}

/** Asserts that all of it is there, byte by byte. */
export async function assertOldData({ s3 }: EmulatedAws): Promise<void> {
  const listing = new ListObjectsV2Command({ Bucket: BUCKET, Prefix: "container_cost/" });
  const { Contents = [] } = await s3.send(listing);
  assert.deepEqual(Contents.map(({ Key }) => Key).sort(), [...OBJECTS.keys()].sort());
  for (const [Key, bytes] of OBJECTS) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
    assert.deepEqual(Buffer.from((await Body?.transformToByteArray()) ?? []), bytes);
  }
}
