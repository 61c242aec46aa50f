import { existsSync, readFileSync, readdirSync } from "node:fs";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { machineTerraformConfig, namedPluginMirror } from "./env.ts";

/** A provider that was built here. */
export interface ProviderProgram {
  /** Its name among HashiCorp's, as `helm`. */
  readonly name: string;
  readonly version: string;
  /** Path of the program, alone in its folder, as Terraform hashes that folder. */
  readonly path: string;
}

/**
 * Writes a configuration of Terraform's command line with which nothing is downloaded: the AWS provider comes from a
 * filesystem mirror of this machine, `programs` from one that is made beside `file`.
 * @throws Error saying how to name a mirror when none is found
 */
export async function writeCliConfig(file: string, programs: readonly ProviderProgram[]): Promise<void> {
  const { path, host } = findAwsMirror();
  const mirrors = [path];
  if (programs.length > 0) mirrors.push(await makeMirror(join(dirname(file), "mirror"), host, programs));
  const blocks = mirrors.map(
    (mirror) => `  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n`,
  );
  await writeFile(file, `disable_checkpoint = true\nprovider_installation {\n${blocks.join("")}}\n`);
}

/** Terraform follows a link in a mirror only where it is the folder of the platform. */
async function makeMirror(
  mirror: string,
  host: string,
  programs: readonly ProviderProgram[],
): Promise<string> {
  const platform = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
  for (const { name, version, path } of programs) {
    const versions = join(mirror, host, "hashicorp", name, version);
    await mkdir(versions, { recursive: true });
    await rm(join(versions, platform), { force: true });
    await symlink(dirname(path), join(versions, platform));
  }
  return mirror;
}

/** The first folder of this machine that is a filesystem mirror with the AWS provider, and the host it mirrors. */
function findAwsMirror(): { readonly path: string; readonly host: string } {
  const named = namedPluginMirror();
  const candidates = named === undefined ? [...mirrorsOfCliConfig(), ...wellKnownMirrors()] : [named];
  for (const path of candidates) {
    const host = hostOfAwsProvider(path);
    if (host !== undefined) return { path, host };
  }
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
function hostOfAwsProvider(mirror: string): string | undefined {
  if (!existsSync(mirror)) return undefined;
  try {
    return readdirSync(mirror).find((host) => existsSync(join(mirror, host, "hashicorp/aws")));
  } catch {
    return undefined; // a file, or a folder that may not be read
  }
}
