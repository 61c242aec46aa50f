import { existsSync, readFileSync, readdirSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand, tryCommand, type CommandResult } from "./command.ts";
import { cacheRoot, machineTerraformConfig, namedPluginMirror } from "./env.ts";

/** Terraform in the folder of one synthesized stack. */
export interface Terraform {
  readonly version: string;
  /** Runs a subcommand. @throws Error with the end of what it said when it fails */
  run(args: readonly string[]): Promise<CommandResult>;
  /** Runs `plan -detailed-exitcode` and returns its text; `changes` tells whether it would do something. */
  plan(args: readonly string[]): Promise<{ text: string; changes: boolean }>;
}

/**
 * Terraform from the PATH, with the AWS provider from a filesystem mirror on this machine: nothing is downloaded.
 * @throws Error saying which of the two is missing and how to name it
 */
export async function openTerraform(
  folder: string,
  env: Readonly<Record<string, string>>,
  log: string,
): Promise<Terraform> {
  const version = await readVersion();
  const config = await writeCliConfig(findPluginMirror());
  const options = {
    cwd: folder,
    log,
    env: {
      ...env,
      TF_CLI_CONFIG_FILE: config,
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
      TF_INPUT: "0",
    },
  };
  return {
    version,
    run: (args) => runCommand("terraform", args, options),
    async plan(args) {
      const result = await tryCommand(
        "terraform",
        ["plan", "-no-color", "-detailed-exitcode", ...args],
        options,
      );
      if (result.code !== 0 && result.code !== 2) {
        throw new Error(`terraform plan ended with ${result.code}\n${result.stdout}\n${result.stderr}`);
      }
      return { text: result.stdout, changes: result.code === 2 };
    },
  };
}

async function readVersion(): Promise<string> {
  try {
    const { stdout } = await runCommand("terraform", ["version", "-json"]);
    return (JSON.parse(stdout) as { terraform_version: string }).terraform_version;
  } catch (cause) {
    throw new Error(
      "Terraform is not on the PATH; install Terraform 1.10 or newer to run the end-to-end tests",
      {
        cause,
      },
    );
  }
}

async function writeCliConfig(mirror: string): Promise<string> {
  const file = join(cacheRoot(), "terraform.rc");
  await mkdir(cacheRoot(), { recursive: true });
  const installation = `filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }`;
  await writeFile(file, `disable_checkpoint = true\nprovider_installation {\n  ${installation}\n}\n`);
  return file;
}

/** The first folder of this machine that is a filesystem mirror with the AWS provider. */
function findPluginMirror(): string {
  const named = namedPluginMirror();
  const candidates = named === undefined ? [...mirrorsOfCliConfig(), ...wellKnownMirrors()] : [named];
  const found = candidates.find(holdsAwsProvider);
  if (found !== undefined) return found;
  throw new Error(
    `No Terraform filesystem mirror with the AWS provider was found in ${candidates.join(", ") || "the usual places"}; ` +
      "make one with `terraform providers mirror` and name it in TF_PLUGIN_MIRROR",
  );
}

function mirrorsOfCliConfig(): string[] {
  const file = machineTerraformConfig();
  if (!existsSync(file)) return [];
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/filesystem_mirror\s*\{[^}]*?path\s*=\s*"([^"]+)"/g)].map(
    (match) => match[1] ?? "",
  );
}

function wellKnownMirrors(): string[] {
  const below = existsSync("/opt") ? readdirSync("/opt").map((name) => join("/opt", name)) : [];
  return [...below, "/usr/share/terraform/plugins", "/usr/local/share/terraform/plugins"];
}

// A mirror is laid out as <registry host>/hashicorp/aws/<version>/<platform>.
function holdsAwsProvider(mirror: string): boolean {
  if (!existsSync(mirror)) return false;
  try {
    return readdirSync(mirror).some((host) => existsSync(join(mirror, host, "hashicorp/aws")));
  } catch {
    return false; // a file, or a folder that may not be read
  }
}
