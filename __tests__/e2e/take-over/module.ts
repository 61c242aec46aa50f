import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../ground/command.ts";
import type { Checks } from "../checks.ts";
import { openIn, REGION, type Estate } from "./estate.ts";
import { checkTakeOver, LAMBDA_GROUPS } from "./lambdas.ts";
import { printedBlocks } from "./printed-blocks.ts";

const ROOT = join(import.meta.dirname, "../../..");
const CALL = "module.container_insights";

/** A caller of the module, who pastes what `container-insights import-blocks` prints. */
export async function takeOverByModule(checks: Checks, estate: Estate): Promise<void> {
  const { directory, url } = estate;
  const folder = join(directory, "caller");
  await mkdir(folder);
  const log = join(directory, "caller.log");
  await runCommand("npm", ["run", "--silent", "synth:module", "--", join(folder, "module")], {
    cwd: ROOT,
    env: { CONTAINER_INSIGHTS_CONFIG: await writeConfig(directory) },
    log,
  });
  await writeFile(join(folder, "main.tf"), 'module "container_insights" {\n  source = "./module"\n}\n');
  // Without naming a group: everything of an account without IAM user.
  await writeFile(join(folder, "imports.tf"), await printedBlocks(REGION, "--module", CALL));
  await checks.check("the printed blocks are formatted as Terraform formats them", () =>
    runCommand("terraform", ["fmt", "-check", "-diff", "imports.tf"], { cwd: folder, log }),
  );
  const terraform = await openIn(folder, url, log);
  await checkTakeOver(checks, estate, terraform, [], LAMBDA_GROUPS, `${CALL}.`);
}

async function writeConfig(directory: string): Promise<string> {
  const file = join(directory, "container-insights.json");
  await writeFile(file, "{}");
  return file;
}
