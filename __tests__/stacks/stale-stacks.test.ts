import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { removeStaleStacks } from "../../stacks/stale-stacks.ts";

describe("stacks of an earlier configuration", () => {
  let outdir: string;
  beforeEach(async () => {
    outdir = await mkdtemp(join(tmpdir(), "stale-stacks-"));
  });
  afterEach(() => rm(outdir, { recursive: true }));

  async function put(...paths: string[]): Promise<void> {
    for (const path of paths) {
      await mkdir(dirname(join(outdir, path)), { recursive: true });
      await writeFile(join(outdir, path), "{}");
    }
  }

  test("go, and those that are written stay", async () => {
    await put("manifest.json", "stacks/account/cdk.tf.json", "stacks/cluster-lab/cdk.tf.json");
    await put("stacks/cluster-lab/assets/lambda.zip", "stacks/cluster-lab/.terraform/terraform.tfstate");
    expect(removeStaleStacks(outdir, ["account", "cluster-new"])).toEqual({
      removed: ["cluster-lab"],
      kept: [],
    });
    expect(await readdir(join(outdir, "stacks"))).toEqual(["account"]);
    expect(await readdir(outdir)).toEqual(["manifest.json", "stacks"]);
  });

  test.each(["state/cluster-lab.tfstate", "terraform.tfstate.backup"])(
    "stay where a local state (%s) is what their resources are destroyed with",
    async (state) => {
      await put("stacks/cluster-lab/cdk.tf.json", `stacks/cluster-lab/${state}`);
      expect(removeStaleStacks(outdir, ["account"])).toEqual({ removed: [], kept: ["cluster-lab"] });
      expect(await readdir(join(outdir, "stacks"))).toEqual(["cluster-lab"]);
    },
  );

  test("are only what cdktf wrote: a person's folder and file stay", async () => {
    await put("stacks/notes/todo.txt", "stacks/README");
    expect(removeStaleStacks(outdir, [])).toEqual({ removed: [], kept: [] });
    expect(await readdir(join(outdir, "stacks"))).toEqual(["README", "notes"]);
  });

  test("are none in a folder that was never written", () => {
    expect(removeStaleStacks(join(outdir, "absent"), ["account"])).toEqual({ removed: [], kept: [] });
  });
});
