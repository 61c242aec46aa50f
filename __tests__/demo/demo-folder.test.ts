import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { prepareFolder } from "../../demo/demo-folder.ts";

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "demo-folder-"));
});
afterEach(() => rm(parent, { recursive: true }));

describe("the demo's folder", () => {
  test("is made where there was none, and in an empty one", async () => {
    await prepareFolder(join(parent, "new"));
    await prepareFolder(parent.concat("/new/deeper"));
    expect(await readdir(join(parent, "new/deeper"))).toHaveLength(1);
  });

  test("starts clean when the demo itself made it", async () => {
    const folder = join(parent, "demo-out");
    await prepareFolder(folder);
    await writeFile(join(folder, "old.html"), "old");
    await prepareFolder(folder);
    expect(await readdir(folder)).toEqual([".made-by-container-insights-demo"]);
  });

  test("is left alone when somebody else put something there", async () => {
    const folder = join(parent, "demo-out");
    await mkdir(folder);
    await writeFile(join(folder, "thesis.txt"), "mine");
    await expect(prepareFolder(folder)).rejects.toThrow(`Folder "${folder}" was not made by the demo`);
    expect(await readdir(folder)).toEqual(["thesis.txt"]);
  });
});
