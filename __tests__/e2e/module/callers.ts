import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../ground/command.ts";
import { emulatorEnv, type Emulator } from "../ground/ministack.ts";
import { openTerraform, type Terraform } from "../ground/terraform.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** The examples that are Terraform; each is a folder of `examples/`. */
export const EXAMPLES = ["plain", "two-prefixes", "two-regions", "same-plan", "depends-on"] as const;
export type Example = (typeof EXAMPLES)[number];

/** A copy of an example, with the module where the example looks for it. */
export interface Caller {
  readonly folder: string;
  /** Folder of the module that it calls. */
  readonly module: string;
  readonly terraform: Terraform;
}

/**
 * Builds the module and puts copies of all examples beside it, as they lie in the repository: `../../dist/module` is a
 * path that works in both.
 */
export async function buildEstate(directory: string, allowDestroy: boolean): Promise<string> {
  await mkdir(directory, { recursive: true });
  const config = join(directory, "container-insights.json");
  await writeFile(config, JSON.stringify({ allowDestroy }));
  await runCommand("npm", ["run", "--silent", "synth:module", "--", join(directory, "dist/module")], {
    cwd: ROOT,
    env: { CONTAINER_INSIGHTS_CONFIG: config },
    log: join(directory, "synth.log"),
  });
  for (const example of EXAMPLES) {
    await cp(join(ROOT, "examples", example), join(directory, "examples", example), {
      recursive: true,
      filter: (path) => !/\.terraform|\.tfstate/.test(path),
    });
  }
  return directory;
}

/** Terraform in one example of an estate. The examples name their regions, so the environment's is one that none uses. */
export async function openCaller(
  estate: string,
  example: Example,
  emulator: Emulator,
  override?: string,
): Promise<Caller> {
  const folder = join(estate, "examples", example);
  const env = emulatorEnv(emulator.url, "ap-south-1");
  const terraform = await openTerraform(folder, env, join(estate, `${example}.log`));
  const caller = { folder, module: join(estate, "dist/module"), terraform };
  if (override !== undefined) await writeOverride(caller, override);
  await terraform.run(["init", "-no-color"]);
  await terraform.run(["validate", "-no-color"]);
  return caller;
}

/** Sets arguments of one of an example's module blocks: Terraform merges a file of this name into the others. */
export async function writeOverride({ folder }: Pick<Caller, "folder">, hcl: string): Promise<void> {
  await writeFile(join(folder, "override.tf"), hcl);
}
