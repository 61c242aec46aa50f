import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Checks } from "../checks.ts";
import { silenceSdkRuntimeNotice } from "../ground/env.ts";
import { exportToFolder } from "./folder.ts";
import { killPhase } from "./kills.ts";
import { startSources } from "./sources.ts";

/**
 * `npx tsx __tests__/e2e/export/kills-main.ts [--kills 200] [--seed 1]`: the long form of the kills of `npm run e2e`,
 * which come at known moments.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { kills: { type: "string", default: "200" }, seed: { type: "string", default: "1" } },
  });
  const kills = Number(values.kills);
  if (!Number.isInteger(kills) || kills < 1)
    throw new Error(`--kills is "${values.kills}"; give a whole number from 1 on`);
  silenceSdkRuntimeNotice();
  const checks = new Checks();
  const directory = await mkdtemp(join(tmpdir(), "container-insights-kills-"));
  console.log(`files: ${directory}`);
  const sources = await startSources(join(directory, "sources"));
  try {
    const done = await checks.phase("undisturbed, to a folder", () =>
      exportToFolder(checks, sources, directory),
    );
    if (done) await killPhase(checks, sources, done, directory, { kills, seed: values.seed });
  } finally {
    await sources.stop();
  }
  const { passed, failed } = checks.tally();
  if (failed === 0) await rm(directory, { recursive: true, force: true });
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
await main();
