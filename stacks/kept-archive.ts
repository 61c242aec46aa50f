import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";

/** What the archive's bytes are made from: our own sources, and what npm says that it has installed. */
const FOLDERS = ["lambda-src", "contract"];
const FILES = [
  "stacks/reconciler-bundle.ts",
  "stacks/zip.ts",
  "stacks/crc32.ts",
  "package.json",
  "tsconfig.json",
  // Not package-lock.json, which may be ahead of what is installed. Changes that a person makes inside node_modules
  // are in neither.
  "node_modules/.package-lock.json",
];

/**
 * Hash over every byte that decides what the archive holds: for as long as it is the same, there is nothing to bundle.
 * @param root the project
 * @returns hexadecimal sha256; undefined where npm left no account of what is installed
 */
export function sourcesHash(root: string): string | undefined {
  const files = [...FOLDERS.flatMap((folder) => filesBelow(root, folder)), ...FILES];
  if (files.some((file) => !existsSync(join(root, file)))) return undefined;
  const hash = createHash("sha256");
  for (const file of files) {
    const bytes = readFileSync(join(root, file));
    hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}

/**
 * The sha256 (base64) of the archive at `path` when it was made from the sources that hash to `sources` and still is what
 * it was; else undefined.
 */
export function keptArchive(path: string, sources: string): string | undefined {
  const note = notePath(path);
  if (!existsSync(path) || !existsSync(note)) return undefined;
  const sha256 = createHash("sha256").update(readFileSync(path)).digest("base64");
  return readFileSync(note, "utf8") === noteText(sources, sha256) ? sha256 : undefined;
}

/** Notes what the archive at `path` was made from. */
export function noteSources(path: string, sources: string, sha256: string): void {
  writeFileSync(notePath(path), noteText(sources, sha256));
}

function notePath(path: string): string {
  return `${path}.sources`;
}

function noteText(sources: string, sha256: string): string {
  return `sources ${sources}\narchive ${sha256}\n`;
}

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name).slice(root.length).split(sep).filter(Boolean).join("/"),
    )
    .sort();
}
