import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { CLUSTER_PREFIX } from "../../export/cli.ts";
import { readBucketTree, type Tree } from "../../export/tree.ts";
import { openS3, type S3Keys } from "../s3-access.ts";

/** A bucket of the ground, seen from outside the cluster. */
export interface Bucket {
  readonly name: string;
  /** Objects of the cluster, by key. */
  tree(): Promise<Tree>;
  /** How many dataset hours are committed. */
  manifests(): Promise<number>;
}

/** Makes a bucket on an S3 server. */
export async function createBucket(name: string, url: string, credentials: S3Keys): Promise<Bucket> {
  await openS3(url, credentials).send(new CreateBucketCommand({ Bucket: name }));
  return openBucket(name, url, credentials);
}

/** A bucket that is there already. */
export function openBucket(name: string, url: string, credentials: S3Keys): Bucket {
  const client = openS3(url, credentials);
  const tree = (): Promise<Tree> => readBucketTree(client, name, CLUSTER_PREFIX);
  return {
    name,
    tree,
    manifests: async () => Object.keys(await tree()).filter((key) => key.startsWith("_manifests/")).length,
  };
}
