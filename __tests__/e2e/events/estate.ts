import { cp, mkdir, writeFile } from "node:fs/promises";
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
  await override({ folder }, "container_insights", "orphan_grace_hours = 0");
  // The example names its regions, so the environment's is one that it does not use.
  const env = emulatorEnv(emulator.url, "ap-south-1");
  const terraform = await openTerraform(folder, env, join(directory, "terraform.log"));
  await terraform.run(["init", "-no-color"]);
  await terraform.run(["validate", "-no-color"]);
  return { folder, terraform };
}

/** Sets an argument of one of the example's module blocks: Terraform merges a file of such a name into the others. */
export async function override(
  { folder }: Pick<Estate, "folder">,
  module: string,
  argument: string,
): Promise<void> {
  await writeFile(join(folder, `${module}_override.tf`), `module "${module}" {\n  ${argument}\n}\n`);
}
