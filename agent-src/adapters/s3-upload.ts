import { createHash } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  type CompletedPart,
  type S3Client,
} from "@aws-sdk/client-s3";
import {
  ConditionFailedError,
  type Sink,
  type SinkObject,
  type Upload,
  type WriteCondition,
} from "../export/sink.ts";
import { failureOf, isConditionFailure, isNotFound, s3Error } from "./s3-errors.ts";
import { bareEtag, conditionHeaders } from "./s3-requests.ts";

/** Size of a part, and the size up to which one PutObject does. S3 allows 5 MiB to 5 GiB. */
export const PART_BYTES = 8 * 1024 * 1024;

/** Where an upload goes. */
export interface S3UploadTarget {
  readonly client: S3Client;
  readonly sink: Sink;
  readonly bucket: string;
  /** In the bucket. */
  readonly objectKey: string;
  /** Below the sink's root. */
  readonly key: string;
  readonly contentType: string;
}

/** A streamed write: one PutObject when small, else a multipart upload of which one part is in memory. */
export class S3Upload implements Upload {
  readonly #target: S3UploadTarget;
  readonly #hash = createHash("sha256");
  readonly #parts: CompletedPart[] = [];
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #bytes = 0;
  #uploadId: string | undefined;
  #isCompleted = false;

  constructor(target: S3UploadTarget) {
    this.#target = target;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    while (this.#pendingBytes > PART_BYTES) await this.#sendPart(this.#take(PART_BYTES));
  }

  async complete(condition: WriteCondition): Promise<SinkObject> {
    const { sink, key, contentType } = this.#target;
    if (this.#uploadId === undefined) {
      const object = await sink.put(key, Buffer.concat(this.#pending), contentType, condition);
      this.#isCompleted = true;
      return object;
    }
    if (this.#pendingBytes > 0) await this.#sendPart(this.#take(this.#pendingBytes));
    return this.#completeParts(this.#uploadId, condition);
  }

  async abort(): Promise<void> {
    if (this.#uploadId === undefined || this.#isCompleted) return;
    const { client, bucket, objectKey } = this.#target;
    const uploadId = this.#uploadId;
    this.#uploadId = undefined;
    try {
      await client.send(
        new AbortMultipartUploadCommand({ Bucket: bucket, Key: objectKey, UploadId: uploadId }),
      );
    } catch {
      // The bucket's lifecycle rule removes what is left; the reason for the abort matters more than this one.
    }
  }

  async #sendPart(body: Uint8Array): Promise<void> {
    const { client, bucket, objectKey } = this.#target;
    try {
      this.#uploadId ??= await this.#create();
      const number = this.#parts.length + 1;
      const answer = await client.send(
        new UploadPartCommand({
          Bucket: bucket,
          Key: objectKey,
          UploadId: this.#uploadId,
          PartNumber: number,
          Body: body,
          ChecksumAlgorithm: "CRC32",
        }),
      );
      this.#parts.push({
        PartNumber: number,
        ETag: answer.ETag,
        ...(answer.ChecksumCRC32 === undefined ? {} : { ChecksumCRC32: answer.ChecksumCRC32 }),
      });
    } catch (error) {
      throw s3Error("write", this.#url(), error);
    }
  }

  async #create(): Promise<string> {
    const { client, bucket, objectKey, contentType } = this.#target;
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({
        Bucket: bucket,
        Key: objectKey,
        ContentType: contentType,
        ChecksumAlgorithm: "CRC32",
      }),
    );
    if (UploadId === undefined) throw new Error("the answer names no upload");
    return UploadId;
  }

  async #completeParts(uploadId: string, condition: WriteCondition): Promise<SinkObject> {
    const { client, bucket, objectKey, key } = this.#target;
    try {
      const { ETag = "" } = await client.send(
        new CompleteMultipartUploadCommand({
          Bucket: bucket,
          Key: objectKey,
          UploadId: uploadId,
          MultipartUpload: { Parts: this.#parts },
          ...conditionHeaders(condition),
        }),
      );
      this.#isCompleted = true;
      return { key, bytes: this.#bytes, etag: bareEtag(ETag) };
    } catch (error) {
      const failure = failureOf(error);
      // Both can be the echo of our own, answered-for-nobody success: look at what is there.
      if (!isConditionFailure(failure) && !isNotFound(failure)) throw s3Error("write", this.#url(), error);
      const own = await this.#ownWrite();
      if (own) return own;
      if (isNotFound(failure)) throw s3Error("write", this.#url(), error);
      throw new ConditionFailedError(`Object at ${this.#url()} is not as expected`, { cause: error });
    }
  }

  async #ownWrite(): Promise<SinkObject | undefined> {
    const { sink, key } = this.#target;
    const object = await sink.head(key);
    if (object?.bytes !== this.#bytes) return undefined;
    const present = await sink.read(key);
    if (!present) return undefined;
    const sha256 = createHash("sha256").update(present).digest("hex");
    if (sha256 !== this.#hash.copy().digest("hex")) return undefined;
    this.#isCompleted = true;
    return object;
  }

  #take(bytes: number): Uint8Array {
    const all = this.#pending.length === 1 ? (this.#pending[0] as Uint8Array) : Buffer.concat(this.#pending);
    const rest = all.subarray(bytes);
    this.#pending = rest.length > 0 ? [rest] : [];
    this.#pendingBytes = rest.length;
    return all.subarray(0, bytes);
  }

  #url(): string {
    return `${this.#target.sink.url}/${this.#target.key}`;
  }
}
