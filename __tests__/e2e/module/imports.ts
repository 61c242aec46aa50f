import type { Checks } from "../checks.ts";
import { checkLostState } from "../take-over/lost-state.ts";
import { printedBlocks } from "../take-over/printed-blocks.ts";
import type { Caller } from "./callers.ts";

/** One deployment of a caller. */
export interface Call {
  /** Address of the call. */
  readonly module: string;
  readonly prefix: string;
  readonly region: string;
}

/** The caller's state is lost, and got back by what is printed for each of its calls. */
export async function checkImport(
  checks: Checks,
  example: string,
  { terraform, folder }: Caller,
  calls: readonly Call[],
): Promise<void> {
  const printed = calls.map(({ module, prefix, region }) =>
    printedBlocks(region, "--lost-state", "roles", "--module", module, "--name-prefix", prefix),
  );
  const blocks = (await Promise.all(printed)).join("\n");
  const deployed = { terraform, folder, state: "terraform.tfstate", blocks };
  await checkLostState(checks, deployed, (what) => `${example}: ${what}`);
}
