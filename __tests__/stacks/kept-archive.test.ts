import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import { keptArchive, noteSources, sourcesHash } from "../../stacks/kept-archive.ts";
import { temporaryDirectory } from "../support/temporary/directory.ts";

const base = temporaryDirectory();

const SOURCES = [
  "lambda-src/role-creation.ts",
  "lambda-src/reconcile/plan.ts",
  "contract/names.ts",
  "stacks/reconciler-bundle.ts",
  "stacks/zip.ts",
  "stacks/crc32.ts",
  "package.json",
  "tsconfig.json",
  "node_modules/.package-lock.json",
];

function put(root: string, file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

function project(): string {
  const root = mkdtempSync(join(base, "project-"));
  for (const file of SOURCES) put(root, file, `// ${file}`);
  return root;
}

test("the same sources have the same hash, wherever they lie", () => {
  expect(sourcesHash(project())).toBe(sourcesHash(project()));
});

test.each(SOURCES)("a change of %s is another hash", (file) => {
  const root = project();
  const before = sourcesHash(root);
  put(root, file, "// changed");
  expect(sourcesHash(root)).not.toBe(before);
});

test("so are a new source, one that is gone, and one that was renamed", () => {
  const root = project();
  const hashes = [sourcesHash(root)];
  put(root, "contract/policies/new.ts", "// contract/names.ts");
  hashes.push(sourcesHash(root));
  rmSync(join(root, "contract/names.ts"));
  hashes.push(sourcesHash(root));
  rmSync(join(root, "contract/policies/new.ts"));
  hashes.push(sourcesHash(root));
  expect(new Set(hashes).size).toBe(4);
});

test("without npm's account of what is installed nothing can be kept", () => {
  const root = project();
  rmSync(join(root, "node_modules/.package-lock.json"));
  expect(sourcesHash(root)).toBeUndefined();
});

test("an archive is kept for its own sources only, and only while nobody changes it", () => {
  const path = join(mkdtempSync(join(base, "dist-")), "role-reconciler.zip");
  expect(keptArchive(path, "one")).toBeUndefined();
  writeFileSync(path, "");
  const sha256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  noteSources(path, "one", sha256);
  expect(keptArchive(path, "one")).toBe(sha256);
  expect(keptArchive(path, "two")).toBeUndefined();
  writeFileSync(path, "changed");
  expect(keptArchive(path, "one")).toBeUndefined();
});
