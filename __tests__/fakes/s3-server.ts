import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a request is, in the words of the S3 API. */
export type S3Action =
  | "ListObjectsV2"
  | "GetObject"
  | "PutObject"
  | "CreateMultipartUpload"
  | "UploadPart"
  | "CompleteMultipartUpload"
  | "AbortMultipartUpload";

/** What goes wrong with a request: refused before anything is done, or done with the answer lost. */
export type S3Fault = { readonly status: number; readonly code: string } | "lose answer" | "hang" | undefined;

interface Stored {
  readonly bytes: Buffer;
  readonly etag: string;
}

/** A small S3 server that keeps state, knows conditions and answers the real error codes. Path style, one bucket. */
export class FakeS3 {
  readonly bucket = "insights";
  readonly objects = new Map<string, Stored>();
  readonly uploads = new Map<string, Map<number, Buffer>>();
  readonly log: { action: S3Action; key: string; headers: IncomingMessage["headers"] }[] = [];
  /** Keys per page of a listing. */
  pageSize = 1000;
  /** Decides about each request. */
  fault: (action: S3Action, key: string) => S3Fault = () => undefined;
  readonly #server: Server;
  #uploadCount = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#serve(request, response);
    });
  }

  static async start(): Promise<FakeS3> {
    const fake = new FakeS3();
    await new Promise<void>((resolve) => fake.#server.listen(0, "127.0.0.1", resolve));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  actions(): S3Action[] {
    return this.log.map(({ action }) => action);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? "/", "http://s3");
    const [bucket = "", ...rest] = url.pathname.slice(1).split("/");
    const key = decodeURIComponent(rest.join("/"));
    const action = actionOf(request.method ?? "", key, url.searchParams);
    this.log.push({ action, key, headers: request.headers });
    if (bucket !== this.bucket) return answerError(response, 404, "NoSuchBucket");
    const fault = this.fault(action, key);
    if (fault === "hang") return;
    if (typeof fault === "object") return answerError(response, fault.status, fault.code);
    const answer = this.#act(action, key, url.searchParams, request.headers, Buffer.concat(chunks));
    if (fault === "lose answer") return void response.destroy();
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  #act(
    action: S3Action,
    key: string,
    query: URLSearchParams,
    headers: IncomingMessage["headers"],
    body: Buffer,
  ): Answer {
    const uploadId = query.get("uploadId") ?? "";
    switch (action) {
      case "ListObjectsV2":
        return this.#list(query);
      case "GetObject": {
        const stored = this.objects.get(key);
        return stored ? ok(stored.bytes, { etag: quoted(stored.etag) }) : errorAnswer(404, "NoSuchKey");
      }
      case "PutObject":
        return this.#conditionFailure(key, headers) ?? this.#store(key, body, md5(body), "");
      case "CreateMultipartUpload": {
        const id = `upload-${(this.#uploadCount += 1)}`;
        this.uploads.set(id, new Map());
        return ok(xml("InitiateMultipartUploadResult", `<UploadId>${id}</UploadId>`));
      }
      case "UploadPart": {
        const parts = this.uploads.get(uploadId);
        if (!parts) return errorAnswer(404, "NoSuchUpload");
        parts.set(Number(query.get("partNumber")), body);
        return ok("", { etag: quoted(md5(body)) });
      }
      case "CompleteMultipartUpload":
        return this.#complete(key, uploadId, headers);
      case "AbortMultipartUpload":
        return this.uploads.delete(uploadId)
          ? { status: 204, headers: {}, body: "" }
          : errorAnswer(404, "NoSuchUpload");
    }
  }

  #complete(key: string, uploadId: string, headers: IncomingMessage["headers"]): Answer {
    const parts = this.uploads.get(uploadId);
    if (!parts) return errorAnswer(404, "NoSuchUpload");
    const ordered = [...parts].sort(([a], [b]) => a - b).map(([, bytes]) => bytes);
    if (ordered.slice(0, -1).some((part) => part.length < 5 * 1024 * 1024)) {
      return errorAnswer(400, "EntityTooSmall");
    }
    const failure = this.#conditionFailure(key, headers);
    if (failure) return failure;
    this.uploads.delete(uploadId);
    const etag = `${md5(Buffer.concat(ordered.map((part) => Buffer.from(md5(part), "hex"))))}-${ordered.length}`;
    return this.#store(
      key,
      Buffer.concat(ordered),
      etag,
      xml("CompleteMultipartUploadResult", `<ETag>${quoted(etag)}</ETag>`),
    );
  }

  #conditionFailure(key: string, headers: IncomingMessage["headers"]): Answer | undefined {
    const current = this.objects.get(key);
    const wanted = headers["if-match"];
    if (headers["if-none-match"] === "*" && current) return errorAnswer(412, "PreconditionFailed");
    if (wanted !== undefined && !current) return errorAnswer(404, "NoSuchKey");
    if (wanted !== undefined && wanted !== quoted(current?.etag ?? "")) {
      return errorAnswer(412, "PreconditionFailed");
    }
    return undefined;
  }

  #store(key: string, bytes: Buffer, etag: string, body: string): Answer {
    this.objects.set(key, { bytes, etag });
    return ok(body, { etag: quoted(etag) });
  }

  #list(query: URLSearchParams): Answer {
    const prefix = query.get("prefix") ?? "";
    const limit = Math.min(Number(query.get("max-keys") ?? this.pageSize), this.pageSize);
    const after = query.get("continuation-token") ?? "";
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
    const page = keys.slice(0, limit);
    const isTruncated = keys.length > page.length;
    const contents = page.map((key) => {
      const stored = this.objects.get(key);
      return `<Contents><Key>${key}</Key><Size>${stored?.bytes.length ?? 0}</Size><ETag>${quoted(stored?.etag ?? "")}</ETag></Contents>`;
    });
    const next = isTruncated ? `<NextContinuationToken>${page.at(-1) ?? ""}</NextContinuationToken>` : "";
    return ok(
      xml("ListBucketResult", `<IsTruncated>${isTruncated}</IsTruncated>${next}${contents.join("")}`),
    );
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Buffer;
}

function actionOf(method: string, key: string, query: URLSearchParams): S3Action {
  const hasUpload = query.has("uploadId");
  if (method === "GET") return key === "" ? "ListObjectsV2" : "GetObject";
  if (method === "PUT") return hasUpload ? "UploadPart" : "PutObject";
  if (method === "DELETE") return "AbortMultipartUpload";
  return hasUpload ? "CompleteMultipartUpload" : "CreateMultipartUpload";
}

function ok(body: string | Buffer, headers: Record<string, string> = {}): Answer {
  return { status: 200, headers, body };
}

function errorAnswer(status: number, code: string): Answer {
  return {
    status,
    headers: { "content-type": "application/xml" },
    body: xml("Error", `<Code>${code}</Code><Message>${code} by the test</Message>`),
  };
}

function answerError(response: ServerResponse, status: number, code: string): void {
  const answer = errorAnswer(status, code);
  response.writeHead(answer.status, answer.headers).end(answer.body);
}

function xml(root: string, inner: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><${root}>${inner}</${root}>`;
}

function md5(bytes: Buffer): string {
  return createHash("md5").update(bytes).digest("hex");
}

function quoted(etag: string): string {
  return `"${etag}"`;
}
