import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { CLUSTER_PREFIX } from "../../export/cli.ts";
import { readBucketTree, type Tree } from "../../export/tree.ts";

/** A bucket of the ground, seen from outside the cluster. */
export interface Bucket {
  readonly name: string;
  /** Objects of the cluster, by key. */
  tree(): Promise<Tree>;
  /** How many dataset hours are committed. */
  manifests(): Promise<number>;
}

/** Makes a bucket on an S3 server. */
export async function createBucket(
  name: string,
  url: string,
  credentials: { readonly accessKeyId: string; readonly secretAccessKey: string },
): Promise<Bucket> {
  const client = new S3Client({ region: "us-east-1", endpoint: url, credentials, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: name }));
  const tree = (): Promise<Tree> => readBucketTree(client, name, CLUSTER_PREFIX);
  return {
    name,
    tree,
    manifests: async () => Object.keys(await tree()).filter((key) => key.startsWith("_manifests/")).length,
  };
}
