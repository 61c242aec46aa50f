import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { FileSink } from "../../../agent-src/adapters/file-sink.ts";
import { withFileLock } from "../../../agent-src/adapters/file-lock.ts";
import { TransientError } from "../../../agent-src/export/errors.ts";
import { ConditionFailedError, type SinkObject } from "../../../agent-src/export/sink.ts";

const KEY = "dataset=allocation/v=1/date=2026-11-22/10.parquet";
const ABSENT = { kind: "absent" } as const;

let directory: string;
let sink: FileSink;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sink-"));
  sink = new FileSink(directory, "container-insights/cluster=1.eu-west-1.prod");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function put(key: string, text: string): Promise<SinkObject> {
  return sink.put(key, bytes(text), "text/plain");
}

async function listed(prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of sink.list(prefix)) keys.push(key);
  return keys;
}

describe("FileSink", () => {
  test("keeps the bucket's layout below its folder, and reads back what it wrote", async () => {
    const object = await put(KEY, "hello");
    const path = join(directory, "container-insights/cluster=1.eu-west-1.prod", KEY);
    expect(readFileSync(path, "utf8")).toBe("hello");
    expect(sink.pathOf(KEY)).toBe(path);
    expect(object).toEqual({ key: KEY, bytes: 5, etag: "5d41402abc4b2a76b9719d911017c592" });
    expect(await sink.head(KEY)).toEqual(object);
    expect(Buffer.from((await sink.read(KEY)) ?? []).toString()).toBe("hello");
  });

  test("lists by prefix, also one that ends inside a name, and never its own temporary files", async () => {
    await put("_manifests/date=2026-11-22/10/allocation.json", "a");
    await put("_manifests/date=2026-11-23/00/allocation.json", "b");
    await put("_status/last-run.json", "c");
    const upload = await sink.upload(KEY, "x");
    await upload.write(bytes("half"));
    expect(await listed("_manifests/date=2026-11-22/")).toEqual([
      "_manifests/date=2026-11-22/10/allocation.json",
    ]);
    expect(await listed("_manifests/date=2026-11")).toHaveLength(2);
    expect(await listed("")).toHaveLength(3);
    expect(await listed("nothing/")).toEqual([]);
    await upload.abort();
  });

  test("an upload is visible only when completed, and leaves nothing when aborted", async () => {
    const upload = await sink.upload(KEY, "x");
    await upload.write(bytes("one "));
    expect(await sink.head(KEY)).toBeUndefined();
    await upload.write(bytes("two"));
    expect((await upload.complete(ABSENT)).bytes).toBe(7);
    await upload.abort();
    expect(Buffer.from((await sink.read(KEY)) ?? []).toString()).toBe("one two");

    const other = await sink.upload("other", "x");
    await other.write(bytes("x"));
    await other.abort();
    await other.abort();
    expect(await listed("")).toEqual([KEY]);
    expect(readdirSync(join(directory, "container-insights/cluster=1.eu-west-1.prod/.tmp"))).toEqual([]);
  });

  test("absent and etag are conditions, and a failed upload can be completed under another one", async () => {
    const first = await put(KEY, "theirs");
    const upload = await sink.upload(KEY, "x");
    await upload.write(bytes("ours"));
    await expect(upload.complete(ABSENT)).rejects.toBeInstanceOf(ConditionFailedError);
    await expect(upload.complete({ kind: "etag", etag: "0" })).rejects.toThrow(
      /has etag .*, not the expected "0"/,
    );
    await upload.complete({ kind: "etag", etag: first.etag });
    expect(Buffer.from((await sink.read(KEY)) ?? []).toString()).toBe("ours");
  });

  test.each([["absent"], ["etag"]] as const)(
    "of twenty writers with the condition %s one wins",
    async (kind) => {
      const start = kind === "etag" ? await put(KEY, "start") : undefined;
      const condition = start ? { kind: "etag" as const, etag: start.etag } : ABSENT;
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, (_, index) => sink.put(KEY, bytes(`writer ${index}`), "x", condition)),
      );
      const winners = results.flatMap((result, index) => (result.status === "fulfilled" ? [index] : []));
      expect(winners).toHaveLength(1);
      expect(Buffer.from((await sink.read(KEY)) ?? []).toString()).toBe(`writer ${winners[0]}`);
    },
  );

  test.each(["../x", "a/../../x", "/etc/passwd", "a//b", ".lock", ".tmp/x", "a\\b", "a/\0"])(
    "the key %j, which leads out of the root or into its own files, is refused",
    async (key) => {
      await expect(put(key, "x")).rejects.toThrow(/is not allowed/);
      await expect(sink.read(key)).rejects.toThrow(/is not allowed/);
      await expect(sink.head(key)).rejects.toThrow(/is not allowed/);
    },
  );

  test("a link in the place of a file is no object", async () => {
    const root = join(directory, "container-insights/cluster=1.eu-west-1.prod");
    mkdirSync(root, { recursive: true });
    writeFileSync(join(directory, "secret"), "secret");
    symlinkSync(join(directory, "secret"), join(root, "link"));
    expect(await sink.head("link")).toBeUndefined();
    expect(await sink.read("link")).toBeUndefined();
    expect(await listed("")).toEqual([]);
  });

  test("a folder that is a file is an error in words", async () => {
    writeFileSync(join(directory, "container-insights"), "x");
    const failed = put(KEY, "x");
    await expect(failed).rejects.toBeInstanceOf(TransientError);
    await expect(failed).rejects.toThrow(
      /Cannot write to .*a part of the path is a file; choose another folder/,
    );
  });

  test("temporary files of runs that were killed days ago are removed", async () => {
    const temporary = join(directory, "container-insights/cluster=1.eu-west-1.prod/.tmp");
    mkdirSync(temporary, { recursive: true });
    for (const name of ["old", "young"]) writeFileSync(join(temporary, name), "x");
    utimesSync(join(temporary, "old"), 0, 0);
    await put(KEY, "x");
    expect(readdirSync(temporary)).toEqual(["young"]);
  });
});

describe("withFileLock", () => {
  test("lets one in at a time and leaves no lock behind", async () => {
    const path = join(directory, ".lock");
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 8 }, () =>
        withFileLock(path, async () => {
          inside += 1;
          most = Math.max(most, inside);
          await new Promise((resolve) => setImmediate(resolve));
          inside -= 1;
        }),
      ),
    );
    expect(most).toBe(1);
    expect(readdirSync(directory)).toEqual([]);
  });

  test("takes over the lock of a holder that was killed", async () => {
    const path = join(directory, ".lock");
    writeFileSync(path, "dead");
    utimesSync(path, 0, 0);
    expect(await withFileLock(path, async () => "done")).toBe("done");
    expect(readdirSync(directory)).toEqual([]);
  });
});
