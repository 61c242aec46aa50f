import assert from "node:assert/strict";
import { join } from "node:path";
import type { Checks } from "../checks.ts";
import { readTree } from "../export/tree.ts";
import { runCommand } from "../ground/command.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** The same sources synthesized by both runtimes, each into its own folder. */
export async function synthPhase(checks: Checks, directory: string): Promise<void> {
  await checks.phase("synth: Node and Deno", async () => {
    await checks.check("`npm run synth` and `deno task synth` write the same bytes", async () => {
      const [node, deno] = [join(directory, "node"), join(directory, "deno")];
      await runCommand("npm", ["run", "--silent", "synth"], { cwd: ROOT, env: { CDKTF_OUTDIR: node } });
      const task = ["--no", "deno", "task", "--quiet", "synth"];
      await runCommand("npx", task, { cwd: ROOT, env: { CDKTF_OUTDIR: deno } });
      const tree = await readTree(node);
      assert.ok(Object.keys(tree).some((key) => key.endsWith("cdk.tf.json")));
      assert.deepEqual(await readTree(deno), tree);
    });
  });
}
