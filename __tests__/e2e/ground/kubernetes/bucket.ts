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

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Makes a bucket on an S3 server. */
export async function createBucket(name: string, url: string, credentials: Keys): Promise<Bucket> {
  await s3Client(url, credentials).send(new CreateBucketCommand({ Bucket: name }));
  return openBucket(name, url, credentials);
}

/** A bucket that is there already. */
export function openBucket(name: string, url: string, credentials: Keys): Bucket {
  const client = s3Client(url, credentials);
  const tree = (): Promise<Tree> => readBucketTree(client, name, CLUSTER_PREFIX);
  return {
    name,
    tree,
    manifests: async () => Object.keys(await tree()).filter((key) => key.startsWith("_manifests/")).length,
  };
}

function s3Client(endpoint: string, credentials: Keys): S3Client {
  return new S3Client({ region: "us-east-1", endpoint, credentials, forcePathStyle: true });
}
