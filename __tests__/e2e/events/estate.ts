import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../ground/command.ts";
import { emulatorEnv, type Emulator } from "../ground/ministack.ts";
import { openTerraform, type Terraform } from "../ground/terraform.ts";

const ROOT = join(import.meta.dirname, "../../..");
const EXAMPLE = "examples/other-regions";

/** The example, with the modules where it looks for them. */
export interface Estate {
  readonly folder: string;
  readonly terraform: Terraform;
}

/**
 * The module that forwards, and of the account stack what its events take: not the bucket's lifecycle rules, for which
 * the provider waits most of a minute.
 */
export const TARGETS = [
  "-target=module.events_of_virginia",
  "-target=module.container_insights.aws_cloudwatch_event_target.cluster_events",
] as const;

/** Synthesizes the modules, puts a copy of the example beside them, and initializes it. */
export async function openEstate(directory: string, emulator: Emulator): Promise<Estate> {
  const folder = join(directory, EXAMPLE);
  await mkdir(folder, { recursive: true });
  await runCommand("npm", ["run", "--silent", "synth:module", "--", join(directory, "dist/module")], {
    cwd: ROOT,
    log: join(directory, "synth.log"),
  });
  await cp(join(ROOT, EXAMPLE, "main.tf"), join(folder, "main.tf"));
  // As soon as a cluster is gone its role goes: nothing but the evidence stands between an event and a deletion.
  // Terraform merges a file of this name into the others.
  const override = 'module "container_insights" {\n  orphan_grace_hours = 0\n}\n';
  await writeFile(join(folder, "override.tf"), override);
  // The example names its regions, so the environment's is one that it does not use.
  const env = emulatorEnv(emulator.url, "ap-south-1");
  const terraform = await openTerraform(folder, env, join(directory, "terraform.log"));
  await terraform.run(["init", "-no-color"]);
  await terraform.run(["validate", "-no-color"]);
  return { folder, terraform };
}

const MORE = "more.tf";

/** Adds a block of the forwarding module for each home region, with the provider of us-east-1. Returns their names. */
export async function addModules(
  { folder, terraform }: Estate,
  homeRegions: readonly string[],
): Promise<string[]> {
  const names = homeRegions.map((_, index) => `more_${index}`);
  const blocks = homeRegions.map(
    (region, index) =>
      `module "${names[index]}" {\n  source = "../../dist/module/modules/region-events"\n` +
      `  providers = { aws = aws.virginia }\n  home_region = "${region}"\n}\n`,
  );
  await writeFile(join(folder, MORE), blocks.join("\n"));
  await terraform.run(["get", "-no-color"]);
  return names;
}

/** Takes them out again. */
export async function removeModules({ folder }: Estate): Promise<void> {
  await rm(join(folder, MORE));
}
