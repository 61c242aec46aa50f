import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../ground/command.ts";

const ROOT = join(import.meta.dirname, "../../..");

/**
 * Synthesizes the product's stacks, as a person does, into a folder of their own.
 * @returns the folder of the account stack
 */
export async function synthesizeAccount(directory: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const config = join(directory, "container-insights.json");
  const output = join(directory, "cdktf.out");
  // The one thing that differs from the defaults in the stack: a test bucket has to be destroyed at the end.
  const settings = { allowDestroy: true, backend: { kind: "local", statePrefix: "state" } };
  await writeFile(config, JSON.stringify(settings));
  await runCommand(process.execPath, ["--import", "tsx", "main.ts"], {
    cwd: ROOT,
    env: { CONTAINER_INSIGHTS_CONFIG: config, CDKTF_OUTDIR: output },
    log: join(directory, "synth.log"),
  });
  return join(output, "stacks/account");
}
