import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";

/** sha256 of each object of a sink, by key below the cluster's prefix. */
export type Tree = Readonly<Record<string, string>>;

/** The objects below `directory`, run records left out: those tell of runs, not of data. */
export async function readTree(directory: string): Promise<Tree> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const tree: Record<string, string> = {};
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const key = path.slice(directory.length + 1);
    if (!key.startsWith("_status/")) tree[key] = sha256(await readFile(path));
  }
  return sorted(tree);
}

/** The objects of a bucket below `prefix`, run records left out. */
export async function readBucketTree(s3: S3Client, bucket: string, prefix: string): Promise<Tree> {
  const tree: Record<string, string> = {};
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: `${prefix}/`, ContinuationToken: token }),
    );
    for (const { Key = "" } of page.Contents ?? []) {
      const key = Key.slice(prefix.length + 1);
      if (key.startsWith("_status/") || key.endsWith("/")) continue;
      const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      tree[key] = sha256((await answer.Body?.transformToByteArray()) ?? new Uint8Array());
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return sorted(tree);
}

/** The data files of a tree: manifests hold the instant at which they were written, data files hold no clock. */
export function dataFiles(tree: Tree): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([key]) => key.endsWith(".parquet")));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function sorted(tree: Record<string, string>): Tree {
  return Object.fromEntries(Object.entries(tree).sort(([a], [b]) => (a < b ? -1 : 1)));
}
