import {
  accessSync,
  constants,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { App } from "cdktf";
import { AccountStack } from "./account-stack.ts";
import { moduleReadme, type ModuleJson } from "./module-readme.ts";
import { regionEventsReadme } from "./region-events-readme.ts";
import { RegionEventsStack } from "./region-events-stack.ts";
import type { CodeArchive } from "./reconciler-bundle.ts";

export interface ModuleBuildProps {
  /** Code of both Lambdas. */
  readonly code: CodeArchive;
  /** Whether Terraform may destroy the bucket. */
  readonly allowDestroy: boolean;
}

/** The module cannot be written where it was asked for. */
export class ModuleFolderError extends Error {
  override readonly name = "ModuleFolderError";
}

/** Where the archive of the Lambdas lies, in cdktf's output as in the module. */
const ARCHIVE_FOLDER = "assets/role-reconciler";
/** Where a module below another one lies, by the standard module structure. */
const REGION_EVENTS_FOLDER = "modules/region-events";
const LICENSE = fileURLToPath(new URL("../LICENSE", import.meta.url));

/**
 * Writes the account stack as a Terraform module into `directory`, and the module `region-events` below it: JSON in the
 * files of the standard module structure, the Lambdas' archive at a relative path, a README each. Needs neither Node nor
 * CDKTF from then on. The bytes are a function of the sources and `props`. What an earlier build left of these files is
 * replaced, and nothing else touched.
 * @returns the account's module, as it was written
 * @throws ModuleFolderError when `directory` is no folder that can be written
 */
export function writeModule(directory: string, props: ModuleBuildProps): ModuleJson {
  const outdir = mkdtempSync(join(tmpdir(), "container-insights-module-"));
  try {
    const app = new App({ outdir, stackTraces: false });
    new AccountStack(app, "account", { build: "module", ...props });
    new RegionEventsStack(app, "region-events");
    app.synth();
    const account = join(outdir, "stacks/account");
    makeFolder(directory);
    // Of an earlier build; its path has the hash of another code.
    rmSync(join(directory, ARCHIVE_FOLDER), { recursive: true, force: true });
    cpSync(join(account, ARCHIVE_FOLDER), join(directory, ARCHIVE_FOLDER), { recursive: true });
    writeFiles(
      join(outdir, "stacks/region-events"),
      join(directory, REGION_EVENTS_FOLDER),
      regionEventsReadme,
    );
    return writeFiles(account, directory, moduleReadme);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** Writes what cdktf synthesized into `folder` as a module into `directory`. */
function writeFiles(folder: string, directory: string, readme: (module: ModuleJson) => string): ModuleJson {
  const module = withoutComments(JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8"))) as ModuleJson;
  mkdirSync(directory, { recursive: true });
  copyFileSync(LICENSE, join(directory, "LICENSE"));
  for (const [name, text] of Object.entries(terraformFiles(module)))
    writeFileSync(join(directory, name), text);
  writeFileSync(join(directory, "README.md"), readme(module));
  return module;
}

function makeFolder(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ModuleFolderError(
      `Cannot write the module to "${directory}" (${reason}); name a folder that can be written, as in "npm run synth:module -- modules/container-insights"`,
      { cause },
    );
  }
}

/** https://developer.hashicorp.com/terraform/language/modules/develop/structure, and `versions` as most modules have it. */
function terraformFiles(module: ModuleJson): Record<string, string> {
  const { terraform, variable, output, ...rest } = module;
  return {
    "versions.tf.json": toJson({ terraform }),
    "variables.tf.json": toJson({ variable }),
    "outputs.tf.json": toJson({ output }),
    "main.tf.json": toJson(rest),
  };
}

function toJson(block: object): string {
  return `${JSON.stringify(block, null, 2)}\n`;
}

/** Without cdktf's metadata, which it writes as comments: properties called `//`. */
function withoutComments(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutComments);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== "//");
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutComments(inner)]));
}
