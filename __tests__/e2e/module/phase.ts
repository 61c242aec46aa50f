import assert from "node:assert/strict";
import { join } from "node:path";
import { createCluster, openEmulatedAws } from "../account/aws.ts";
import type { Checks } from "../checks.ts";
import { readTree } from "../export/tree.ts";
import { runCommand } from "../ground/command.ts";
import { startMinistack, type Emulator } from "../ground/ministack.ts";
import { checkDependsOn, checkTwoPrefixes, checkTwoRegions, CLUSTER, type Ground } from "./applied.ts";
import { buildEstate, type Example } from "./callers.ts";
import { checkSamePlan } from "./planned.ts";
import { checkProtected } from "./protected.ts";

const ROOT = join(import.meta.dirname, "../../..");

const FLOWS: Readonly<Record<Example, (checks: Checks, ground: Ground) => Promise<void>>> = {
  plain: checkProtected,
  "two-prefixes": checkTwoPrefixes,
  "two-regions": checkTwoRegions,
  "same-plan": checkSamePlan,
  "depends-on": checkDependsOn,
};

/** The examples that are tried every time. */
export const USUAL_EXAMPLES: readonly Example[] = ["plain", "two-prefixes", "two-regions", "same-plan"];

/** Those for which there is no time then: on demand, and in `.ci/nightly`. */
export const LONG_EXAMPLES: readonly Example[] = ["depends-on"];

/**
 * The account stack as a module: built, called by examples, applied and destroyed on the AWS emulator. At the same time,
 * because the provider waits most of a minute for each bucket's lifecycle rules.
 */
export async function modulePhases(
  checks: Checks,
  directory: string,
  examples: readonly Example[],
): Promise<void> {
  let emulator: Emulator | undefined;
  try {
    const ground = await checks.phase("module: build, start the AWS emulator", async (): Promise<Ground> => {
      const estate = await buildEstate(join(directory, "estate"), false);
      const destroyable = await buildEstate(join(directory, "destroyable"), true);
      await checkBytes(checks, estate, join(directory, "deno"));
      emulator = await startMinistack(directory, { enforce: false });
      const aws = openEmulatedAws(emulator.url);
      await createCluster(aws, CLUSTER.region, CLUSTER.name);
      return { emulator, aws, estate, destroyable };
    });
    if (!ground) return;
    await checks.phase("module: the examples, at the same time", async () => {
      const flows = examples.map((example) =>
        checks.aside(example, (own) => own.phase(`module: ${example}`, () => FLOWS[example](own, ground))),
      );
      await Promise.all(flows);
    });
  } finally {
    await emulator?.stop();
  }
}

async function checkBytes(checks: Checks, estate: string, directory: string): Promise<void> {
  await checks.check("`npm run synth:module` and `deno task synth:module` write the same bytes", async () => {
    const task = ["--no", "deno", "task", "--quiet", "synth:module", directory];
    await runCommand("npx", task, { cwd: ROOT });
    const tree = await readTree(join(estate, "dist/module"));
    assert.ok("main.tf.json" in tree);
    assert.deepEqual(await readTree(directory), tree);
  });
}
