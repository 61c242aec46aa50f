import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { bundleReconciler, RECONCILER_ENTRIES } from "../../stacks/reconciler-bundle.ts";
import { temporaryDirectory } from "../support/temporary/directory.ts";

const base = temporaryDirectory();
const newDirectory = (): string => mkdtempSync(join(base, "archive-"));

const archive = await bundleReconciler(newDirectory());

describe("the archive of the Lambdas", () => {
  const bytes = readFileSync(archive.path);

  test("is hashed as Lambda hashes it", () => {
    expect(archive.sha256).toBe(createHash("sha256").update(bytes).digest("base64"));
  });

  test("is the same on every run", async () => {
    expect((await bundleReconciler(newDirectory())).sha256).toBe(archive.sha256);
  });

  test("is taken as it is while its sources are the same, and made again when it is no longer what it was", async () => {
    const directory = newDirectory();
    const { path, sha256 } = await bundleReconciler(directory);
    const longAgo = new Date("2026-01-01T00:00:00Z");
    utimesSync(path, longAgo, longAgo);
    expect((await bundleReconciler(directory)).sha256).toBe(sha256);
    expect(statSync(path).mtime).toEqual(longAgo);
    writeFileSync(path, "cut off");
    expect((await bundleReconciler(directory)).sha256).toBe(sha256);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  test("stays far below Lambda's limit of 50 MB for a direct upload", () => {
    expect(bytes.length).toBeLessThan(10_000_000);
  });

  test.each(RECONCILER_ENTRIES)("has %s with a handler that runs without node_modules", async (entry) => {
    const folder = newDirectory();
    const file = join(folder, `${entry}.js`);
    for (const name of [`${entry}.js`, "reconciler.js"])
      writeFileSync(join(folder, name), storedFile(bytes, name));
    const { handler } = createRequire(file)(file) as {
      handler: (event: unknown, context: unknown) => Promise<unknown>;
    };
    const context = {
      invokedFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:x",
      getRemainingTimeInMillis: () => 300_000,
    };
    // No settings in the environment: the code is loaded, runs, and says what is missing.
    await expect(handler({ tf: { action: "create" } }, context)).rejects.toThrow(
      "DEPLOYMENT_BUCKET is not set",
    );
  });
});

/** The bytes of one file of an archive that stores its files. */
function storedFile(archive: Buffer, name: string): Buffer {
  const local = archive.indexOf(Buffer.from("PK\u0003\u0004"));
  for (let at = local; archive.readUInt32LE(at) === 0x04034b50;) {
    const size = archive.readUInt32LE(at + 18);
    const start = at + 30 + archive.readUInt16LE(at + 26);
    if (archive.toString("utf8", at + 30, start) === name) return archive.subarray(start, start + size);
    at = start + size;
  }
  throw new Error(`"${name}" is not in the archive`);
}
