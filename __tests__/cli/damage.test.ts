import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { DATA, exportArgs, json, verifyArgs } from "../fakes/cli-args.ts";
import { startHourSources, type HourSources } from "../fakes/hour-sources.ts";
import { runHere } from "../support/cli-in-process.ts";

let directory: string;
let sources: HourSources;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "damage-"));
  sources = await startHourSources();
});
afterAll(async () => {
  await sources.close();
  rmSync(directory, { recursive: true });
});

describe("a damaged file", () => {
  test("is repaired by what verify says, and meanwhile bothers only who asks for it", async () => {
    const url = `file://${directory}/damaged`;
    await runHere(exportArgs(sources, url));
    rmSync(join(directory, "damaged", DATA));
    const asked = (dataset: string) => [
      "query",
      "--sink",
      url,
      "--csv",
      `SELECT count(*) AS n FROM ${dataset}`,
    ];
    expect(await runHere(asked("container"))).toEqual({ code: 0, stdout: "n\n7\n", stderr: "" });
    for (const args of [asked("allocation"), ["report", "--sink", url, "--out", join(directory, "x.html")]]) {
      const refused = await runHere(args);
      expect(refused).toMatchObject({ code: 4, stdout: "" });
      expect(refused.stderr).toMatch(
        /^error: Object "[^"]*10\.parquet" of a manifest is missing in file:.*; run "verify"\n$/,
      );
    }

    const found = await runHere(verifyArgs(url));
    expect(found.code).toBe(4);
    const flags = /export … (.*)" exports what is missing or damaged/.exec(found.stdout)?.[1]?.split(" ");
    expect(flags).toEqual([
      ...["--from", "2026-11-22T10:00:00Z", "--until", "2026-11-22T11:00:00Z", "--repair"],
    ]);
    const planned = json(
      await runHere([...exportArgs(sources, url), ...(flags ?? []), "--dry-run", "--json"]),
    );
    expect(planned).toMatchObject({ steps: [{ dataset: "allocation" }], committed: 1 });
    expect((await runHere([...exportArgs(sources, url), ...(flags ?? [])])).code).toBe(0);
    expect((await runHere(verifyArgs(url))).stdout).toMatch(/^✓ 2 of 2 dataset-hours sound/);
  });
});
