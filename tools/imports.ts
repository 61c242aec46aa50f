import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import ts from "typescript";

/** One import, as written in a file. Paths are relative to the project's root, with forward slashes. */
export interface ImportEdge {
  readonly file: string;
  readonly specifier: string;
  /** The imported file, for relative imports. */
  readonly target?: string;
}

/** Folders whose code is checked. */
export const CHECKED_FOLDERS = [
  "contract",
  "stacks",
  "lambda-src",
  "agent-src",
  "cli",
  "demo",
  "bench",
  "tools",
  "__tests__",
];

/** What the code of a folder may import from others of ours. `contract` is open to all. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  stacks: ["contract"],
  "lambda-src": ["contract"],
  "agent-src": ["contract"],
  cli: ["contract", "agent-src", "lambda-src"],
  demo: ["contract", "agent-src", "lambda-src", "cli"],
  bench: ["contract", "agent-src", "__tests__"],
  "main.ts": ["stacks"],
  "module.ts": ["stacks"],
  tools: ["contract", "stacks", "cli", "agent-src", "demo"],
};

const TERRAFORM_PACKAGES = /^(cdktf|constructs|@cdktf\/.*)$/;
const SDK_PACKAGES = /^@(?:aws-sdk|smithy)\//;

/** The entries of the two synths. */
const ROOT_FILES = ["main.ts", "module.ts"];

/** All TypeScript files below the checked folders, and those of the root. */
function sourceFiles(root: string): string[] {
  const below = (folder: string): string[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => `${folder}/${path.split(sep).join("/")}`);
  return [...ROOT_FILES, ...CHECKED_FOLDERS.flatMap(below)].sort();
}

/** Every import, export-from and dynamic import of `file`. */
export function importsOf(root: string, file: string): ImportEdge[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), "utf8"), true, true);
  return importedFiles.map(({ fileName: specifier }) =>
    specifier.startsWith(".")
      ? {
          file,
          specifier,
          target: normalize(join(dirname(file), specifier))
            .split(sep)
            .join("/"),
        }
      : { file, specifier },
  );
}

function folderOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : path;
}

function violationOf(edge: ImportEdge): string | undefined {
  const from = folderOf(edge.file);
  if (from === "__tests__") return undefined;
  if (edge.target !== undefined) {
    if (!edge.target.endsWith(".ts")) return "relative imports end in .ts";
    const to = folderOf(edge.target);
    if (to === from || to === "contract" || MAY_IMPORT[from]?.includes(to)) return undefined;
    return `${from} may not import ${to}`;
  }
  // The name rule hashes; everything else of the contract is plain TypeScript.
  if (from === "contract" && edge.specifier !== "node:crypto")
    return "contract imports nothing outside itself";
  if (TERRAFORM_PACKAGES.test(packageOf(edge.specifier)) && from !== "stacks" && from !== "main.ts")
    return "only main.ts and stacks/ import cdktf, constructs and @cdktf";
  if (/^@cdktf\//.test(edge.specifier) && !edge.specifier.endsWith("/index.js"))
    return "@cdktf is imported by resource: …/lib/<resource>/index.js";
  if (SDK_PACKAGES.test(edge.specifier) && !edge.file.includes("/adapters/"))
    return "SDK clients are imported in adapters/ only";
  return undefined;
}

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

/** One line per import that breaks a rule of `docs/architecture.md`. */
export function importViolations(root: string): string[] {
  return sourceFiles(root)
    .flatMap((file) => importsOf(root, file))
    .flatMap((edge) => {
      const why = violationOf(edge);
      return why === undefined ? [] : [`${edge.file} imports "${edge.specifier}": ${why}`];
    });
}

/** Import cycles, each as `a.ts → b.ts → a.ts`. Type-only imports count too: a cycle of types is a cycle of ideas. */
export function importCycles(root: string): string[] {
  const files = sourceFiles(root);
  const targets = new Map(
    files.map((file) => [file, importsOf(root, file).flatMap((edge) => (edge.target ? [edge.target] : []))]),
  );
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) {
      cycles.push([...path.slice(start), file].join(" → "));
      return;
    }
    if (done.has(file)) return;
    for (const target of targets.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  return cycles;
}

/** Files that read `process.env` although they are no env.ts. */
export function environmentReaders(root: string): string[] {
  return sourceFiles(root).filter(
    (file) =>
      /^((contract|stacks|lambda-src|agent-src|cli|demo)\/|main\.ts$|module\.ts$)/.test(file) &&
      !file.endsWith("/env.ts") &&
      readFileSync(join(root, file), "utf8").includes("process.env"),
  );
}
