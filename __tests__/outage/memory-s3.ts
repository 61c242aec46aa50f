import { createHash } from "node:crypto";
import type { S3Client } from "@aws-sdk/client-s3";

/** What can happen to a request. `lost`: it is done, and its answer does not arrive. */
export type Fault = "none" | "unavailable" | "lost";

/** Decides the fate of the next request; may throw, or never return. */
export type NextFault = (operation: string, key: string) => Fault | Promise<Fault>;

interface Input {
  readonly Key?: string;
  readonly Prefix?: string;
  readonly Body?: Uint8Array;
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
  readonly MaxKeys?: number;
  readonly ContinuationToken?: string;
}

// As the SDK is told in s3-sink.ts.
const ATTEMPTS = 4;

/** Bytes of a bucket, and how its objects are asked for: with S3's conditions and error codes, and the SDK's retries. */
export class MemoryS3 {
  readonly objects: Map<string, Uint8Array>;
  readonly #fault: NextFault;

  constructor(objects: Map<string, Uint8Array>, fault: NextFault) {
    this.objects = objects;
    this.#fault = fault;
  }

  /** What `S3Sink` sends its commands to. */
  client(): S3Client {
    return this as unknown as S3Client;
  }

  async send(command: {
    readonly constructor: { readonly name: string };
    readonly input: Input;
  }): Promise<object> {
    const operation = command.constructor.name;
    for (let attempt = 1; ; attempt += 1) {
      const fault = await this.#fault(operation, command.input.Key ?? "");
      if (fault === "none") return this.#do(operation, command.input);
      if (fault === "lost") this.#tryTo(operation, command.input);
      if (attempt === ATTEMPTS) throw s3Error("ServiceUnavailable", 503);
    }
  }

  #tryTo(operation: string, input: Input): void {
    try {
      this.#do(operation, input);
    } catch {
      // The refusal is lost, too.
    }
  }

  #do(operation: string, input: Input): object {
    switch (operation) {
      case "ListObjectsV2Command":
        return this.#list(input);
      case "GetObjectCommand":
        return this.#get(input.Key ?? "");
      case "PutObjectCommand":
        return this.#put(input);
      default:
        throw new Error(`${operation} is not expected here: no file is larger than a part`);
    }
  }

  #list({ Prefix = "", MaxKeys = 1000, ContinuationToken = "" }: Input): object {
    const keys = [...this.objects.keys()]
      .filter((key) => key.startsWith(Prefix) && key > ContinuationToken)
      .sort();
    const page = keys.slice(0, MaxKeys);
    const Contents = page.map((Key) => {
      const bytes = this.objects.get(Key) ?? new Uint8Array();
      return { Key, Size: bytes.length, ETag: etagOf(bytes) };
    });
    return { Contents, IsTruncated: page.length < keys.length, NextContinuationToken: page.at(-1) };
  }

  #get(key: string): object {
    const bytes = this.objects.get(key);
    if (!bytes) throw s3Error("NoSuchKey", 404);
    return { Body: { transformToByteArray: async () => bytes } };
  }

  #put({ Key = "", Body = new Uint8Array(), IfMatch, IfNoneMatch }: Input): object {
    const present = this.objects.get(Key);
    const etag = present && etagOf(present);
    const isRefused =
      (IfNoneMatch === "*" && present !== undefined) ||
      (IfMatch !== undefined && bare(IfMatch) !== bare(etag ?? "absent"));
    if (isRefused) throw s3Error("PreconditionFailed", 412);
    this.objects.set(Key, new Uint8Array(Body));
    return { ETag: etagOf(Body) };
  }
}

function bare(etag: string): string {
  return etag.replaceAll('"', "");
}

function etagOf(bytes: Uint8Array): string {
  return `"${createHash("md5").update(bytes).digest("hex")}"`;
}

function s3Error(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
}
