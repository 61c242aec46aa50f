import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { keptArchive, noteSources, sourcesHash } from "./kept-archive.ts";
import { zip } from "./zip.ts";

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

/**
 * Bundles both Lambda entries with everything they import, the AWS SDK included, and writes them as one archive.
 * The bytes are a function of the sources: the same under Node and Deno. What an earlier call made there of the same
 * sources is taken as it is.
 * @param directory by default `dist` of the project
 */
export async function bundleReconciler(directory = join(PROJECT_ROOT, "dist")): Promise<CodeArchive> {
  const path = join(directory, "role-reconciler.zip");
  const sources = sourcesHash(PROJECT_ROOT);
  const kept = sources === undefined ? undefined : keptArchive(path, sources);
  if (kept !== undefined) return { path, sha256: kept };
  const archive = zip(await bundleEntries());
  mkdirSync(directory, { recursive: true });
  // By a rename, so that another run at the same time never copies half an archive.
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, archive);
  renameSync(unfinished, path);
  const sha256 = createHash("sha256").update(archive).digest("base64");
  if (sources !== undefined) noteSources(path, sources, sha256);
  return { path, sha256 };
}

/** One file with all the code, and for each Lambda one that names its handler: both have all but their entry in common. */
async function bundleEntries(): Promise<{ name: string; bytes: Uint8Array }[]> {
  // Only here: a synth that has nothing to bundle need not load it.
  const { build } = await import("esbuild");
  const handlers = RECONCILER_ENTRIES.map(
    (entry) => `export { handler as "${entry}" } from "./lambda-src/${entry}.ts";`,
  );
  const { outputFiles } = await build({
    stdin: { contents: handlers.join("\n"), resolveDir: PROJECT_ROOT, sourcefile: "handlers.ts" },
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
  });
  const [code] = outputFiles;
  if (!code) throw new Error("esbuild made no file of the Lambdas");
  const entries = RECONCILER_ENTRIES.map((entry) => ({
    name: `${entry}.js`,
    bytes: new TextEncoder().encode(`exports.handler = require("./${CODE_FILE}")["${entry}"];\n`),
  }));
  return [...entries, { name: CODE_FILE, bytes: code.contents }];
}
