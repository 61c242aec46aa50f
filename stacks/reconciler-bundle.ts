import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { BuildOptions } from "esbuild";
import { keptArchive, noteSources, sourcesHash } from "./kept-archive.ts";
import { zip, type ZipEntry } from "./zip.ts";

/** A deployable archive on disk. */
export interface CodeArchive {
  /** Absolute path; never part of the synthesized output. */
  readonly path: string;
  /** Base64 sha256 of the bytes, as Lambda's CodeSha256 reports it. */
  readonly sha256: string;
}

/** The two Lambda entries; each is one file of the archive, and `<entry>.handler` is its handler. */
export const RECONCILER_ENTRIES = ["role-creation", "role-management"] as const;

/** What both entries read. */
const CODE_FILE = "reconciler.js";

const PROJECT_ROOT = fileURLToPath(new URL("..", import.meta.url));

const BUNDLE = {
  stdin: {
    contents: RECONCILER_ENTRIES.map(
      (entry) => `export { handler as "${entry}" } from "./lambda-src/${entry}.ts";`,
    ).join("\n"),
    resolveDir: PROJECT_ROOT,
    sourcefile: "handlers.ts",
  },
  bundle: true,
  write: false,
  platform: "node",
  target: "node22",
  // CommonJS: a `.js` file without package.json is that in Lambda, and the SDK's own `require` of Node modules works.
  format: "cjs",
  // The ES modules of the SDK can be shaken; its CommonJS files cannot.
  mainFields: ["module", "main"],
  // Paths in the output are relative to this, so it holds none of the machine's.
  absWorkingDir: PROJECT_ROOT,
  charset: "utf8",
  legalComments: "eof",
  logLevel: "silent",
} as const satisfies BuildOptions;

/**
 * Bundles both Lambda entries with everything they import, the AWS SDK included, and writes them as one archive.
 * The bytes are a function of the sources: the same under Node and Deno. What an earlier call made there of the same
 * sources is taken as it is.
 * @param directory by default `dist` of the project
 */
export async function bundleReconciler(directory = join(PROJECT_ROOT, "dist")): Promise<CodeArchive> {
  return (await startBundle(directory)).archive;
}

/**
 * {@link bundleReconciler} in two steps: once this has resolved, esbuild is at work in a process of its own, and this one
 * may block.
 */
export async function startBundle(
  directory = join(PROJECT_ROOT, "dist"),
): Promise<{ readonly archive: Promise<CodeArchive> }> {
  const path = join(directory, "role-reconciler.zip");
  const sources = sourcesHash(PROJECT_ROOT);
  const kept = sources === undefined ? undefined : keptArchive(path, sources);
  if (kept !== undefined) return { archive: Promise.resolve({ path, sha256: kept }) };
  // Only here: a synth that has nothing to bundle need not load it.
  const { build } = await import("esbuild");
  const archive = build(BUNDLE).then(({ outputFiles }) =>
    writeArchive(path, entriesOf(outputFiles), sources),
  );
  // Whoever awaits the archive is told when it fails, also when that happens first.
  archive.catch(() => undefined);
  await setImmediate(); // Deno sends esbuild its request in the next turn of the event loop
  return { archive };
}

function writeArchive(path: string, entries: readonly ZipEntry[], sources: string | undefined): CodeArchive {
  const archive = zip(entries);
  mkdirSync(dirname(path), { recursive: true });
  // By a rename, so that another run at the same time never copies half an archive.
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, archive);
  renameSync(unfinished, path);
  const sha256 = createHash("sha256").update(archive).digest("base64");
  if (sources !== undefined) noteSources(path, sources, sha256);
  return { path, sha256 };
}

/** One file with all the code, and for each Lambda one that names its handler: both have all but their entry in common. */
function entriesOf(outputFiles: readonly { readonly contents: Uint8Array }[]): ZipEntry[] {
  const [code] = outputFiles;
  if (!code) throw new Error("esbuild made no file of the Lambdas");
  const entries = RECONCILER_ENTRIES.map((entry) => ({
    name: `${entry}.js`,
    bytes: new TextEncoder().encode(`exports.handler = require("./${CODE_FILE}")["${entry}"];\n`),
  }));
  return [...entries, { name: CODE_FILE, bytes: code.contents }];
}
