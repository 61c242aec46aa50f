import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Removes the stacks that an earlier configuration left in cdktf's output folder, so that nobody applies a cluster that
 * is configured no more. Only folders that cdktf wrote go; one with a Terraform state stays, since it is what is left
 * to destroy its resources with.
 * @param written Names of the stacks that this synthesis writes
 * @returns Names of the stacks that were removed, and of those left because of their state, by name
 */
export function removeStaleStacks(
  outdir: string,
  written: readonly string[],
): { readonly removed: readonly string[]; readonly kept: readonly string[] } {
  const stacks = join(outdir, "stacks");
  if (!existsSync(stacks)) return { removed: [], kept: [] };
  const stale = readdirSync(stacks, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !written.includes(entry.name))
    .map((entry) => entry.name)
    .filter((name) => existsSync(join(stacks, name, "cdk.tf.json")))
    .sort();
  const kept = stale.filter((name) => holdsState(join(stacks, name)));
  const removed = stale.filter((name) => !kept.includes(name));
  for (const name of removed) rmSync(join(stacks, name), { recursive: true });
  return { removed, kept };
}

// The local backend writes below the stack's folder, with any prefix; `.terraform` knows of a remote backend only.
function holdsState(folder: string): boolean {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return paths.some((path) => !path.startsWith(".terraform") && /\.tfstate(\.backup)?$/.test(path));
}
