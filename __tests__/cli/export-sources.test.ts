import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { runBin } from "../fakes/cli.ts";
import { exportAllArgs, exportArgs } from "../fakes/cli-args.ts";
import { startHourSources, type HourSources } from "../fakes/hour-sources.ts";
import { CLUSTER_ARN } from "../fakes/hours.ts";
import { runHere } from "../support/cli-in-process.ts";

const NOBODY = "http://127.0.0.1:9";

let sources: HourSources;
let directory: string;
beforeAll(async () => void (sources = await startHourSources()));
afterAll(() => sources.close());
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), "export-sources-"))));
afterEach(() => rmSync(directory, { recursive: true }));

function argsWith(openCostUrl: string | undefined): string[] {
  const args = exportArgs(sources, `file://${directory}`);
  const at = args.indexOf("--opencost-url");
  args.splice(at, 2, ...(openCostUrl === undefined ? [] : ["--opencost-url", openCostUrl]));
  return args;
}

describe("exporting from two sources", () => {
  test("the dataset container needs no OpenCost", async () => {
    const result = await runHere([...argsWith(undefined), "--datasets", "container", "--json"]);
    expect([result.code, result.stderr]).toEqual([0, expect.not.stringContaining("opencost")]);
    expect(JSON.parse(result.stdout)).toMatchObject({
      exported: [{ dataset: "container", rows: 7 }],
      failed: [],
    });
  });

  test("the dataset allocation does, and so do all datasets", async () => {
    const missing = "error: --opencost-url is missing; for example --opencost-url http://127.0.0.1:9003\n";
    const all = exportAllArgs(sources, `file://${directory}`);
    all.splice(all.indexOf("--opencost-url"), 2);
    for (const args of [argsWith(undefined), all])
      expect(await runHere(args)).toMatchObject({ code: 2, stderr: missing });
  });

  test("an OpenCost that is away fails its hours and not the others", async () => {
    const result = await runHere([...argsWith(NOBODY), "--json"]);
    expect(result.code).not.toBe(0);
    expect(JSON.parse(result.stdout)).toMatchObject({
      exported: [{ dataset: "container", rows: 7 }],
      failed: [
        {
          dataset: "allocation",
          error: "TransientError",
          reason: expect.stringContaining(`Cannot reach OpenCost at "${NOBODY}"`),
        },
      ],
    });
  });
});

describe("the secret in a URL", () => {
  // The last pair is asked for real, by a process, so that what the runtime itself would print is seen, too.
  test.each([
    ["htp://user:s3cret@host", "http://user:s3cret@host:99999", runHere],
    ["http://host/?token=s3cret", "http://us%er:s3cret@host", runHere],
    ["http://user:s3cret@127.0.0.1:9", "http://user:s3cret@127.0.0.1:9/", runBin],
  ])("of %s and %s is in no output", async (prometheusUrl, openCostUrl, run) => {
    const result = await run([
      ...["export", "--prometheus-url", prometheusUrl, "--opencost-url", openCostUrl],
      ...["--cluster-arn", CLUSTER_ARN, "--sink", `file://${directory}`, "--debug", "--json"],
    ]);
    expect(result.code).not.toBe(0);
    expect(result.stdout + result.stderr).not.toContain("s3cret");
    expect(result.stderr).toContain("--prometheus-url");
  });
});
