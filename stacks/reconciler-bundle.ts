import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { zip } from "./zip.ts";

/** A deployable archive on disk. */
export interface CodeArchive {
  /** Absolute path; never part of the synthesized output. */
  readonly path: string;
  /** Base64 sha256 of the bytes, as Lambda's CodeSha256 reports it. */
  readonly sha256: string;
}

/** The two Lambda entries; each becomes one file of the archive, and `<entry>.handler` is its handler. */
export const RECONCILER_ENTRIES = ["role-creation", "role-management"] as const;

const PROJECT_ROOT = fileURLToPath(new URL("..", import.meta.url));

/**
 * Bundles both Lambda entries with everything they import, the AWS SDK included, and writes them as one archive.
 * The bytes are a function of the sources: the same under Node and Deno.
 * @param directory by default `dist` of the project
 */
export async function bundleReconciler(directory = join(PROJECT_ROOT, "dist")): Promise<CodeArchive> {
  const archive = zip(await bundleEntries());
  mkdirSync(directory, { recursive: true });
  const path = join(directory, "role-reconciler.zip");
  // By a rename, so that another run at the same time never copies half an archive.
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, archive);
  renameSync(unfinished, path);
  return { path, sha256: createHash("sha256").update(archive).digest("base64") };
}

async function bundleEntries(): Promise<{ name: string; bytes: Uint8Array }[]> {
  // One build for both, which reads the SDK once.
  const { outputFiles } = await build({
    entryPoints: RECONCILER_ENTRIES.map((entry) => `lambda-src/${entry}.ts`),
    outdir: ".",
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
  return RECONCILER_ENTRIES.map((entry) => {
    const file = outputFiles.find(({ path }) => basename(path) === `${entry}.js`);
    if (!file) throw new Error(`esbuild made no file of "lambda-src/${entry}.ts"`);
    return { name: `${entry}.js`, bytes: file.contents };
  });
}
