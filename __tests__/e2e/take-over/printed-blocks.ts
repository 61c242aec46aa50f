import { join } from "node:path";
import { runCommand } from "../ground/command.ts";
import { EMULATED_ACCOUNT } from "../ground/ministack.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** What `container-insights import-blocks` prints for the emulated account, with these flags beside. */
export async function printedBlocks(region: string, ...flags: string[]): Promise<string> {
  const command = ["--import", "tsx", "cli/container-insights.ts", "import-blocks"];
  const place = ["--account", EMULATED_ACCOUNT, "--region", region];
  return (await runCommand(process.execPath, [...command, ...place, ...flags], { cwd: ROOT })).stdout;
}
