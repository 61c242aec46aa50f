import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { emulatorEnv } from "../ground/ministack.ts";
import { openTerraform } from "../ground/terraform.ts";
import { synthesizeAccount } from "../account/synth.ts";
import type { Checks } from "../checks.ts";
import type { Mode } from "./mode.ts";
import { runMode } from "./run-mode.ts";

/** Takes modes of the account stack through their lives, at the same time: most of it is waiting. */
export async function accountModesPhases(
  checks: Checks,
  directory: string,
  modes: readonly Mode[],
): Promise<void> {
  const initialized = await checks.phase("account modes: synth, terraform init", async () => {
    const folder = await synthesizeAccount(directory, { allowDestroy: true });
    // Init asks nothing of AWS.
    const env = emulatorEnv("http://127.0.0.1:1", "us-east-1");
    const terraform = await openTerraform(folder, env, join(directory, "terraform.log"));
    await terraform.run(["init", "-no-color"]);
    return folder;
  });
  if (initialized === undefined) return;
  await Promise.all(
    modes.map(async (mode, index) => {
      const own = join(directory, `mode-${index}`);
      await mkdir(own);
      await checks.aside(mode.name, (side) => runMode(side, mode, initialized, own));
    }),
  );
}
