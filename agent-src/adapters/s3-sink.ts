import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type ListObjectsV2CommandOutput,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { readAwsRegion } from "../env.ts";
import {
  ConditionFailedError,
  type Sink,
  type SinkObject,
  type Upload,
  type WriteCondition,
} from "../export/sink.ts";
import { failureOf, isConditionFailure, isForbidden, isNotFound, s3Error } from "./s3-errors.ts";
import { bareEtag, conditionHeaders } from "./s3-requests.ts";
import { S3Upload } from "./s3-upload.ts";

/** How to reach S3. The endpoint comes from AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL, as the SDK reads them. */
export interface S3Settings {
  /** Bucket in the path rather than in the host name, as most S3-compatible servers need. @default false */
  readonly forcePathStyle?: boolean;
  /** Used when the environment names no region; a bucket elsewhere is found by redirect. @default "us-east-1" */
  readonly region?: string;
  /** Limit of one request. @default 60 */
  readonly timeoutSeconds?: number;
}

const CONNECTION_TIMEOUT_MS = 5_000;

/** The region that requests are sent to and signed for. */
export function s3Region(settings: S3Settings): string {
  return readAwsRegion() ?? settings.region ?? "us-east-1";
}

/** A client as every use of a bucket needs it; credentials come from the SDK's default chain. Nothing is reached yet. */
export function createS3Client(settings: S3Settings): S3Client {
  return new S3Client({
    region: s3Region(settings),
    followRegionRedirects: true,
    forcePathStyle: settings.forcePathStyle ?? false,
    maxAttempts: 4,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: (settings.timeoutSeconds ?? 60) * 1000,
      // Without this the handler only warns, and a hung request hangs the run.
      throwOnRequestTimeout: true,
    },
  });
}

/** Opens a sink at `s3://bucket/prefix`. Nothing is reached yet. */
export function openS3Sink(bucket: string, prefix: string, settings: S3Settings): Sink {
  return new S3Sink(createS3Client(settings), bucket, prefix);
}

/** A bucket as a sink. */
export class S3Sink implements Sink {
  readonly url: string;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor(client: S3Client, bucket: string, prefix: string) {
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix === "" ? "" : `${prefix}/`;
    this.url = prefix === "" ? `s3://${bucket}` : `s3://${bucket}/${prefix}`;
  }

  async *list(prefix: string): AsyncGenerator<SinkObject> {
    let token: string | undefined;
    do {
      const page: ListObjectsV2CommandOutput = await this.#page(prefix, token);
      for (const { Key = "", Size = 0, ETag = "" } of page.Contents ?? []) {
        yield { key: Key.slice(this.#prefix.length), bytes: Size, etag: bareEtag(ETag) };
      }
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  async #page(
    prefix: string,
    token: string | undefined,
    limit?: number,
  ): Promise<ListObjectsV2CommandOutput> {
    try {
      return await this.#client.send(
        new ListObjectsV2Command({
          Bucket: this.#bucket,
          Prefix: this.#prefix + prefix,
          ...(token === undefined ? {} : { ContinuationToken: token }),
          ...(limit === undefined ? {} : { MaxKeys: limit }),
        }),
      );
    } catch (error) {
      throw s3Error("list", this.url, error);
    }
  }

  /**
   * By listing: a cluster's role may list its own prefix only, and for such a role S3 answers HEAD of an absent object
   * with 403 instead of 404, because HEAD carries no prefix to check.
   */
  async head(key: string): Promise<SinkObject | undefined> {
    const { Contents } = await this.#page(key, undefined, 1);
    const [first] = Contents ?? [];
    if (first?.Key !== this.#prefix + key) return undefined;
    return { key, bytes: first.Size ?? 0, etag: bareEtag(first.ETag ?? "") };
  }

  async read(key: string): Promise<Uint8Array | undefined> {
    try {
      const answer = await this.#client.send(
        new GetObjectCommand({ Bucket: this.#bucket, Key: this.#prefix + key }),
      );
      return (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
    } catch (error) {
      const failure = failureOf(error);
      if (isNotFound(failure)) return undefined;
      // For the reason above GET of an absent object can be a 403, too.
      if (isForbidden(failure) && !(await this.head(key))) return undefined;
      throw s3Error("read", `${this.url}/${key}`, error);
    }
  }

  async put(
    key: string,
    bytes: Uint8Array,
    contentType: string,
    condition?: WriteCondition,
  ): Promise<SinkObject> {
    const input: PutObjectCommandInput = {
      Bucket: this.#bucket,
      Key: this.#prefix + key,
      Body: bytes,
      ContentType: contentType,
      ChecksumAlgorithm: "CRC32",
      ...conditionHeaders(condition),
    };
    try {
      const { ETag = "" } = await this.#client.send(new PutObjectCommand(input));
      return { key, bytes: bytes.length, etag: bareEtag(ETag) };
    } catch (error) {
      if (!isConditionFailure(failureOf(error))) throw s3Error("write", `${this.url}/${key}`, error);
      const own = await this.#ownWrite(key, bytes);
      if (own) return own;
      throw new ConditionFailedError(`Object "${key}" in ${this.url} is not as expected`, { cause: error });
    }
  }

  /**
   * A refused condition may be our own doing: the write succeeded, its answer was lost, and the retry found our object.
   * What counts is what is there.
   */
  async #ownWrite(key: string, bytes: Uint8Array): Promise<SinkObject | undefined> {
    const object = await this.head(key);
    if (object?.bytes !== bytes.length) return undefined;
    const present = await this.read(key);
    return present && Buffer.compare(present, bytes) === 0 ? object : undefined;
  }

  async upload(key: string, contentType: string): Promise<Upload> {
    return new S3Upload({
      client: this.#client,
      sink: this,
      bucket: this.#bucket,
      objectKey: this.#prefix + key,
      key,
      contentType,
    });
  }
}
