import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../ground/command.ts";

const ROOT = join(import.meta.dirname, "../../..");

/**
 * Synthesizes the product's stacks, as a person does, into a folder of their own.
 * @param settings of the synth, beside a local state; a bucket that has to be destroyed needs `allowDestroy`
 * @returns the folder of the account stack
 */
export async function synthesizeAccount(
  directory: string,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  await mkdir(directory, { recursive: true });
  const config = join(directory, "container-insights.json");
  const output = join(directory, "cdktf.out");
  const backend = { kind: "local", statePrefix: "state" };
  await writeFile(config, JSON.stringify({ backend, ...settings }));
  await runCommand(process.execPath, ["--import", "tsx/esm", "main.ts"], {
    cwd: ROOT,
    env: { CONTAINER_INSIGHTS_CONFIG: config, CDKTF_OUTDIR: output },
    log: join(directory, "synth.log"),
  });
  return join(output, "stacks/account");
}
