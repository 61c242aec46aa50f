import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";

/** The keys of somebody who may use an S3 server. */
export interface S3Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A client of an S3 server on this machine, where a bucket has no host name of its own. */
export function openS3(endpoint: string, credentials: S3Keys): S3Client {
  return new S3Client({ region: "us-east-1", endpoint, credentials, forcePathStyle: true });
}

/** Makes a bucket on such a server. */
export async function makeBucket(endpoint: string, credentials: S3Keys, name: string): Promise<void> {
  const s3 = openS3(endpoint, credentials);
  await s3.send(new CreateBucketCommand({ Bucket: name }));
  s3.destroy();
}

/** The environment with which the command line reaches such a server. */
export function s3Env(url: string, { accessKeyId, secretAccessKey }: S3Keys): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_S3: url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_EC2_METADATA_DISABLED: "true",
  };
}
