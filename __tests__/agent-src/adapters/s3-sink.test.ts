import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { S3Client } from "@aws-sdk/client-s3";
import { S3Sink } from "../../../agent-src/adapters/s3-sink.ts";
import { PART_BYTES } from "../../../agent-src/adapters/s3-upload.ts";
import { TransientError } from "../../../agent-src/export/errors.ts";
import { ConditionFailedError, type Upload } from "../../../agent-src/export/sink.ts";
import { FakeS3, type S3Action } from "../../fakes/s3-server.ts";

const PREFIX = "container-insights/cluster=1.eu-west-1.prod";
const KEY = "dataset=allocation/v=1/date=2026-11-22/10.parquet";
const BYTES = new TextEncoder().encode("PAR1 not really");
const ABSENT = { kind: "absent" } as const;

let server: FakeS3;
let client: S3Client;
let sink: S3Sink;

beforeEach(async () => {
  server = await FakeS3.start();
  connect(60_000);
});
afterEach(async () => {
  client.destroy();
  await server.stop();
});

function connect(requestTimeout: number): void {
  client = new S3Client({
    region: "eu-west-1",
    endpoint: server.url,
    forcePathStyle: true,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 3,
    retryMode: "standard",
    requestHandler: { requestTimeout, connectionTimeout: requestTimeout, throwOnRequestTimeout: true },
  });
  sink = new S3Sink(client, server.bucket, PREFIX);
}

async function uploaded(bytes: Uint8Array): Promise<Upload> {
  const upload = await sink.upload(KEY, "application/vnd.apache.parquet");
  for (let start = 0; start < bytes.length; start += 3_000_000) {
    await upload.write(bytes.subarray(start, start + 3_000_000));
  }
  return upload;
}

/** Lets the fault happen at the first request of an action only. */
function once(action: S3Action, fault: ReturnType<FakeS3["fault"]>): FakeS3["fault"] {
  let isDone = false;
  return (asked) => {
    if (asked !== action || isDone) return undefined;
    isDone = true;
    return fault;
  };
}

describe("S3Sink", () => {
  test("keys are below the prefix, and what is put is read, found and listed", async () => {
    const put = await sink.put(KEY, BYTES, "text/plain", ABSENT);
    expect([...server.objects.keys()]).toEqual([`${PREFIX}/${KEY}`]);
    expect(await sink.head(KEY)).toEqual(put);
    expect(Buffer.from((await sink.read(KEY)) ?? [])).toEqual(Buffer.from(BYTES));
    const listed = [];
    for await (const object of sink.list("dataset=")) listed.push(object);
    expect(listed).toEqual([put]);
    expect(sink.url).toBe(`s3://insights/${PREFIX}`);
  });

  test("what is not there is undefined, also a key that is another's beginning", async () => {
    await sink.put(`${KEY}x`, BYTES, "text/plain");
    expect(await sink.head(KEY)).toBeUndefined();
    expect(await sink.read(KEY)).toBeUndefined();
  });

  test("GET of an absent object that a role without ListBucket gets as 403 is undefined, too", async () => {
    server.fault = (action) => (action === "GetObject" ? { status: 403, code: "AccessDenied" } : undefined);
    expect(await sink.read(KEY)).toBeUndefined();
    await sink.put(KEY, BYTES, "text/plain");
    await expect(sink.read(KEY)).rejects.toThrow(/Cannot read .*access is denied/);
  });

  test("a listing follows all pages", async () => {
    server.pageSize = 2;
    for (const name of ["a", "b", "c", "d", "e"]) await sink.put(`x/${name}`, BYTES, "text/plain");
    const keys = [];
    for await (const { key } of sink.list("x/")) keys.push(key);
    expect(keys).toEqual(["x/a", "x/b", "x/c", "x/d", "x/e"]);
  });

  test("a small upload is one PutObject with checksum and condition", async () => {
    const object = await (await uploaded(BYTES)).complete(ABSENT);
    expect(server.actions()).toEqual(["PutObject"]);
    expect(server.log[0]?.headers).toMatchObject({
      "if-none-match": "*",
      "content-type": "application/vnd.apache.parquet",
      "x-amz-checksum-crc32": expect.any(String),
    });
    expect(object).toEqual(await sink.head(KEY));
  });

  test("a large upload goes in parts of 8 MiB and becomes visible whole", async () => {
    const bytes = randomBytes(2 * PART_BYTES + 1000);
    const upload = await uploaded(bytes);
    expect(server.objects.size).toBe(0);
    const object = await upload.complete(ABSENT);
    expect(server.actions()).toEqual([
      "CreateMultipartUpload",
      "UploadPart",
      "UploadPart",
      "UploadPart",
      "CompleteMultipartUpload",
    ]);
    expect(object).toEqual(await sink.head(KEY));
    expect(server.objects.get(`${PREFIX}/${KEY}`)?.bytes.equals(bytes)).toBe(true);
    await upload.abort();
    expect(server.uploads.size).toBe(0);
  });

  test("an abandoned large upload is aborted and leaves nothing", async () => {
    const upload = await uploaded(randomBytes(PART_BYTES + 1));
    expect(server.uploads.size).toBe(1);
    await upload.abort();
    await upload.abort();
    expect([server.uploads.size, server.objects.size]).toEqual([0, 0]);
  });

  test.each([
    ["small", 1000],
    ["large", PART_BYTES + 1000],
  ])(
    "%s: somebody else's object is a failed condition, and can then be replaced by its etag",
    async (_, size) => {
      const other = await sink.put(KEY, new TextEncoder().encode("theirs"), "text/plain");
      const bytes = randomBytes(size);
      const upload = await uploaded(bytes);
      await expect(upload.complete(ABSENT)).rejects.toBeInstanceOf(ConditionFailedError);
      await expect(upload.complete({ kind: "etag", etag: "0000" })).rejects.toBeInstanceOf(
        ConditionFailedError,
      );
      await upload.complete({ kind: "etag", etag: other.etag });
      expect(server.objects.get(`${PREFIX}/${KEY}`)?.bytes.equals(bytes)).toBe(true);
    },
  );

  test.each([
    ["PutObject", 1000],
    ["CompleteMultipartUpload", PART_BYTES + 1000],
  ] as const)(
    "%s whose answer is lost: the refused retry is recognised as our own write",
    async (action, size) => {
      server.fault = once(action, "lose answer");
      const bytes = randomBytes(size);
      const object = await (await uploaded(bytes)).complete(ABSENT);
      expect(server.actions().filter((asked) => asked === action).length).toBe(2);
      expect(object.etag).toBe(server.objects.get(`${PREFIX}/${KEY}`)?.etag);
    },
  );

  test.each([503, 500])("a %i is tried again", async (status) => {
    server.fault = once("PutObject", { status, code: status === 503 ? "SlowDown" : "InternalError" });
    await (await uploaded(BYTES)).complete(ABSENT);
    expect(server.actions()).toEqual(["PutObject", "PutObject"]);
  });

  test("a request that hangs ends with its time-out and is tried again", async () => {
    client.destroy();
    // Short, as the test waits for it once, and long enough for the answer to the second attempt on a busy machine.
    connect(2_000);
    server.fault = once("PutObject", "hang");
    await (await uploaded(BYTES)).complete(ABSENT);
    expect(server.actions()).toEqual(["PutObject", "PutObject"]);
  });

  test.each([
    [403, "AccessDenied", /access is denied; the cluster's role may only use its own prefix/],
    [403, "ExpiredToken", /the session has expired; check the credentials/],
    [403, "InvalidAccessKeyId", /the access key is not known/],
    [404, "NoSuchBucket", /the bucket does not exist/],
    [503, "SlowDown", /S3 asks to slow down/],
  ])("%i %s is said in words, with the fix", async (status, code, message) => {
    server.fault = () => ({ status, code });
    const failed = sink.put(KEY, BYTES, "text/plain", ABSENT);
    await expect(failed).rejects.toBeInstanceOf(TransientError);
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toThrow(`s3://insights/${PREFIX}/${KEY}`);
  });

  test("a part that fails fails the write, and the upload can be aborted", async () => {
    server.fault = (action) => (action === "UploadPart" ? { status: 403, code: "AccessDenied" } : undefined);
    const upload = await sink.upload(KEY, "text/plain");
    await expect(upload.write(randomBytes(PART_BYTES + 1))).rejects.toThrow(/access is denied/);
    await upload.abort();
    expect(server.uploads.size).toBe(0);
  });

  test("an unreachable server is named with what to check", async () => {
    await server.stop();
    await expect(sink.head(KEY)).rejects.toThrow(
      /Cannot list s3:.*connection was refused.*AWS_ENDPOINT_URL_S3/,
    );
    server = await FakeS3.start();
  });
});
