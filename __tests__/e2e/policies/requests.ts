import {
  AbortMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3ServiceException,
  type S3Client,
} from "@aws-sdk/client-s3";

/** What is asked of a server, and what has to exist for it to be asked sensibly. */
export interface S3Request {
  readonly bucket: string;
  readonly key: string;
  /** Prefix of a listing; undefined: none is sent. */
  readonly prefix?: string | undefined;
  readonly versionId: string;
  readonly uploadId: string;
  /** The bucket's policy, as it is. */
  readonly policy: string;
}

type Send = (s3: S3Client, request: S3Request) => Promise<unknown>;

/** How each IAM action is asked for; `send` has one overload per command, so the commands are sent here. */
const SENDERS: Readonly<Record<string, Send>> = {
  "s3:GetObject": (s3, { bucket, key }) => s3.send(new GetObjectCommand({ Bucket: bucket, Key: key })),
  "s3:GetObjectVersion": (s3, { bucket, key, versionId }) =>
    s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId })),
  "s3:PutObject": (s3, { bucket, key }) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: "written" })),
  "s3:PutObjectAcl": (s3, { bucket, key }) =>
    s3.send(new PutObjectAclCommand({ Bucket: bucket, Key: key, ACL: "private" })),
  "s3:PutObjectTagging": (s3, { bucket, key }) =>
    s3.send(
      new PutObjectTaggingCommand({
        Bucket: bucket,
        Key: key,
        Tagging: { TagSet: [{ Key: "a", Value: "b" }] },
      }),
    ),
  "s3:DeleteObject": (s3, { bucket, key }) => s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })),
  "s3:DeleteObjectVersion": (s3, { bucket, key, versionId }) =>
    s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId })),
  "s3:AbortMultipartUpload": (s3, { bucket, key, uploadId }) =>
    s3.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId })),
  "s3:ListMultipartUploadParts": (s3, { bucket, key, uploadId }) =>
    s3.send(new ListPartsCommand({ Bucket: bucket, Key: key, UploadId: uploadId })),
  "s3:ListBucket": (s3, { bucket, prefix }) =>
    s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix })),
  "s3:ListBucketVersions": (s3, { bucket, prefix }) =>
    s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix })),
  "s3:GetBucketLocation": (s3, { bucket }) => s3.send(new GetBucketLocationCommand({ Bucket: bucket })),
  "s3:GetBucketPolicy": (s3, { bucket }) => s3.send(new GetBucketPolicyCommand({ Bucket: bucket })),
  "s3:PutBucketPolicy": (s3, { bucket, policy }) =>
    s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: policy })),
  // The bucket is never empty here, so that a server which lets it pass still answers with a conflict.
  "s3:DeleteBucket": (s3, { bucket }) => s3.send(new DeleteBucketCommand({ Bucket: bucket })),
  "s3:PutLifecycleConfiguration": (s3, { bucket }) =>
    s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket: bucket,
        LifecycleConfiguration: {
          Rules: [{ ID: "a", Status: "Disabled", Filter: { Prefix: "a" }, Expiration: { Days: 1 } }],
        },
      }),
    ),
};

/** Whether an action can be asked for here. */
export function isAskable(action: string): boolean {
  return action in SENDERS;
}

/**
 * Asks a server for something.
 * @returns "denied" for its 403 `AccessDenied`, "allowed" for anything else that it answers of its own
 * @throws Error what is no answer of the server, such as a refused connection
 */
export async function ask(s3: S3Client, action: string, request: S3Request): Promise<"allowed" | "denied"> {
  try {
    await SENDERS[action]?.(s3, request);
    return "allowed";
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw error;
    if (error.$metadata.httpStatusCode === 403 && error.name === "AccessDenied") return "denied";
    if (error.name === "BucketNotEmpty") return "allowed";
    throw error;
  }
}
