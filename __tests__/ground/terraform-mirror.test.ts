import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { writeCliConfig } from "../e2e/ground/terraform-mirror.ts";

const PLATFORM = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;

describe("Terraform's command line configuration", () => {
  let directory: string;
  let machineMirror: string;

  beforeEach(async () => {
    directory = await realpath(await mkdtemp(join(tmpdir(), "terraform-mirror-")));
    machineMirror = join(directory, "machine");
    await mkdir(join(machineMirror, "registry.example/hashicorp/aws/5.100.0"), { recursive: true });
    process.env["TF_PLUGIN_MIRROR"] = machineMirror;
  });

  afterEach(async () => {
    delete process.env["TF_PLUGIN_MIRROR"];
    await rm(directory, { recursive: true });
  });

  const mirrorsIn = (config: string): (string | undefined)[] =>
    [...config.matchAll(/path = "([^"]+)"/g)].map((match) => match[1]);

  async function builtProvider(version: string): Promise<string> {
    const folder = join(directory, `built-${version}`);
    await mkdir(folder);
    await writeFile(join(folder, "terraform-provider-helm"), version);
    return join(folder, "terraform-provider-helm");
  }

  test("names the machine's mirror alone when nothing was built", async () => {
    const file = join(directory, "run.rc");
    await writeCliConfig(file, []);
    expect(mirrorsIn(await readFile(file, "utf8"))).toEqual([machineMirror]);
  });

  test("names a second mirror with what was built, for the same host, linked at the platform", async () => {
    const file = join(directory, "run.rc");
    await writeCliConfig(file, [{ name: "helm", version: "1.3.2", path: await builtProvider("1.3.2") }]);
    const own = join(directory, "mirror");
    expect(mirrorsIn(await readFile(file, "utf8"))).toEqual([machineMirror, own]);
    const platform = join(own, "registry.example/hashicorp/helm/1.3.2", PLATFORM);
    expect(await readFile(join(platform, "terraform-provider-helm"), "utf8")).toBe("1.3.2");
    expect(await realpath(platform)).toBe(join(directory, "built-1.3.2"));
    expect(await realpath(join(own, "registry.example/hashicorp/helm"))).toBe(
      join(own, "registry.example/hashicorp/helm"),
    );
  });

  test("may be written again after another build", async () => {
    const file = join(directory, "run.rc");
    for (const build of ["a", "b"]) {
      await writeCliConfig(file, [{ name: "helm", version: "1.3.2", path: await builtProvider(build) }]);
    }
    const platform = join(directory, "mirror/registry.example/hashicorp/helm/1.3.2", PLATFORM);
    expect(await readFile(join(platform, "terraform-provider-helm"), "utf8")).toBe("b");
  });

  test("cannot be written without the AWS provider: the error names where it looked and the variable", async () => {
    await rm(machineMirror, { recursive: true });
    const written = writeCliConfig(join(directory, "run.rc"), []);
    await expect(written).rejects.toThrow(`was found in ${machineMirror}; make one with`);
    await expect(written).rejects.toThrow("TF_PLUGIN_MIRROR");
  });
});
