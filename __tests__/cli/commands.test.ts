import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { readCaptured, sendCaptured } from "../fakes/captured.ts";
import { DATA, exportAllArgs, exportArgs, json, PREFIX, verifyArgs } from "../fakes/cli-args.ts";
import { finishCli, runBin, startCli } from "../fakes/cli.ts";
import { startHourSources, type HourSources } from "../fakes/hour-sources.ts";
import { CLUSTER_ARN } from "../fakes/hours.ts";
import { runHere } from "../support/cli-in-process.ts";

let directory: string;
let sources: HourSources;
let sink: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "commands-"));
  sink = `file://${directory}/out`;
  sources = await startHourSources();
});
afterAll(async () => {
  await sources.close();
  rmSync(directory, { recursive: true });
});

jest.setTimeout(120_000);

describe("a folder", () => {
  test("--dry-run prints the plan, asks nobody and writes nothing", async () => {
    const asked = sources.prometheus.requests.length;
    const result = await runHere([...exportAllArgs(sources, sink), "--dry-run"]);
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(result.stdout).toMatch(
      /11 dataset-hours to export, 0 already committed\.\n.*10:00Z {2}allocation\n/,
    );
    expect(sources.prometheus.requests.length).toBe(asked);
    expect(existsSync(join(directory, "out"))).toBe(false);
  });

  test("export writes the hour, a line for each dataset on stderr and the sum on stdout", async () => {
    const result = await runBin([...exportArgs(sources, sink), "--simulated", "a test"]);
    expect(result.code).toBe(0);
    expect(result.stdout).toMatch(/^Exported 2 of 2 dataset-hours: 52 rows, .* kB in .* to file:\/\//);
    expect(result.stderr).toMatch(/✓ 2026-11-22 10:00Z {2}allocation +45 rows/);
    expect(result.stderr).toMatch(/✓ 2026-11-22 10:00Z {2}container +7 rows/);
    // No terminal, no colours and no moving line.
    expect(result.stdout + result.stderr).not.toMatch(/\u001b|\r/);
    expect(existsSync(join(directory, "out", DATA))).toBe(true);
  });

  test("export again has nothing to do, also when everything comes from variables", async () => {
    const result = await runBin(["export", "--json"], {
      CONTAINER_INSIGHTS_PROMETHEUS_URL: sources.prometheus.url,
      CONTAINER_INSIGHTS_OPENCOST_URL: sources.openCost.url,
      CONTAINER_INSIGHTS_CLUSTER_ARN: CLUSTER_ARN,
      CONTAINER_INSIGHTS_SINK: sink,
      CONTAINER_INSIGHTS_DATASETS: "allocation,container",
      CONTAINER_INSIGHTS_FROM: "2026-11-22T10:00:00Z",
      CONTAINER_INSIGHTS_UNTIL: "2026-11-22T11:00:00Z",
    });
    expect(result.code).toBe(0);
    expect(json(result)).toMatchObject({ exported: [], failed: [], remaining: [], committedBefore: 2 });
  });

  test("verify finds it sound, and says that it is no measurement", async () => {
    const result = await runHere(verifyArgs(sink));
    expect(result.code).toBe(0);
    expect(result.stdout).toMatch(
      /The data is no measurement: a test\n✓ 2 of 2 dataset-hours sound: 52 rows/,
    );
  });

  test("verify names the hours that the window lacks", async () => {
    const args = [...verifyArgs(sink), "--from", "2026-11-22T09:00:00Z", "--until", "2026-11-22T11:00:00Z"];
    const result = await runHere(args);
    expect(result.code).toBe(4);
    expect(result.stdout.split("\n")[0]).toMatch(
      /^✗ 2026-11-22 09:00Z allocation +missing-hour {2}_manifests\/date=2026-11-22\/09\/allocation\.json: there is no manifest$/,
    );
    expect(result.stdout.trimEnd().split("\n").slice(-3)).toEqual([
      '"npx container-insights export … --from 2026-11-22T09:00:00Z --until 2026-11-22T10:00:00Z" exports what is ' +
        "missing, as long as Prometheus and OpenCost still have these hours.",
      "The data is no measurement: a test",
      expect.stringMatching(/^✗ 2 of 4 dataset-hours sound, 2 findings: 52 rows/),
    ]);
  });

  test("query prints a table, JSON or CSV of the committed files", async () => {
    const sql =
      "SELECT row_kind, count(*) AS n, count(DISTINCT hour_start) AS hours FROM allocation GROUP BY 1 ORDER BY 1";
    const table = await runBin(["query", "--sink", sink, sql]);
    expect(table.stdout.split("\n")[0]).toMatch(/^row_kind +n +hours$/);
    expect(table.stderr).toBe("The data is no measurement: a test\n");
    const asJson = json(await runHere(["query", "--sink", sink, sql, "--json"]));
    const rows = asJson["rows"] as { row_kind: string; n: number; hours: number }[];
    expect(rows.reduce((sum, { n }) => sum + n, 0)).toBe(45);
    expect(new Set(rows.map(({ hours }) => hours))).toEqual(new Set([1]));
    const csv = await runHere([
      "query",
      "--sink",
      sink,
      "SELECT 1.5 AS a, 'x,\"y' AS b, hour_start FROM hours LIMIT 1",
      "--csv",
    ]);
    expect(csv.stdout).toBe('a,b,hour_start\n1.5,"x,""y",2026-11-22T10:00:00Z\n');
  });

  test("query takes what DuckDB makes several statements of, and a semicolon", async () => {
    const pivot = "PIVOT (SELECT 1 AS n, 'x' AS kind) ON kind USING sum(n);";
    expect((await runHere(["query", "--sink", sink, pivot, "--csv"])).stdout).toBe("x\n1\n");
    const quoted = "SELECT ';' AS mark; -- one";
    expect((await runHere(["query", "--sink", sink, quoted, "--csv"])).stdout).toBe("mark\n;\n");
  });

  test("query without SQL shows views, columns and an example that works", async () => {
    const shown = await runHere(["query", "--sink", sink]);
    expect(shown.stdout).toMatch(/^allocation {2}45 rows in 1 dataset-hour of arn:aws:eks/);
    const example = json(await runHere(["query", "--sink", sink, "--json"]))["example"] as string;
    expect((await runHere(["query", "--sink", sink, example])).code).toBe(0);
  });

  test("only committed files are asked", async () => {
    const manifest = join(directory, "out", PREFIX, "_manifests/date=2026-11-22/10/container.json");
    const text = readFileSync(manifest, "utf8");
    rmSync(manifest);
    const result = await runHere(["query", "--sink", sink, "--csv", "SELECT count(*) AS n FROM container"]);
    expect(result.stdout).toBe("n\n0\n");
    writeFileSync(manifest, text);
  });

  test("Deno runs the same commands on the same sources", async () => {
    const deno = spawnSync(
      "npx",
      [
        "--no",
        "deno",
        "run",
        "-A",
        join(import.meta.dirname, "../../cli/container-insights.ts"),
        ...verifyArgs(sink),
      ],
      { encoding: "utf8" },
    );
    expect(deno.stdout).toBe((await runBin(verifyArgs(sink))).stdout);
    expect(deno.status).toBe(0);
  });

  test("verify names a flipped byte", async () => {
    const path = join(directory, "out", DATA);
    const bytes = readFileSync(path);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const result = await runHere([...verifyArgs(sink), "--json"]);
    expect(result.code).toBe(4);
    expect(json(result)["findings"]).toEqual([
      expect.objectContaining({
        problem: "sha256",
        dataset: "allocation",
        hour: "2026-11-22T10:00:00Z",
        key: "dataset=allocation/v=1/date=2026-11-22/10.parquet",
      }),
    ]);
  });
});

describe("the window", () => {
  test("-24h is 24 closed hours, 264 dataset-hours, without a notice", async () => {
    const args = exportAllArgs(sources, sink).filter((_, index, all) => index < all.indexOf("--from"));
    sources.oldestSample = Date.now() / 1000 - 10 * 86_400;
    const result = await runHere([...args, "--from", "-24h", "--max-hours", "100", "--dry-run"]);
    sources.oldestSample = undefined;
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(result.stdout).toMatch(/\(24 hours\), sink .*\n264 dataset-hours to export/);
  });
});

describe("an export that cannot be right", () => {
  test("an answer with everything idle fails its hour with the reason; the other dataset is exported", async () => {
    sources.onAllocation = (response) =>
      sendCaptured(response, readCaptured("opencost/bad-200-prometheus-422-all-idle"));
    const result = await runHere([...exportArgs(sources, `file://${directory}/idle`), "--json"]);
    sources.onAllocation = undefined;
    expect(result.code).toBe(3);
    expect(json(result)).toMatchObject({
      exported: [{ dataset: "container", rows: 7 }],
      failed: [{ dataset: "allocation", error: "UntrustedAnswerError" }],
    });
    const root = join(directory, "idle", PREFIX);
    expect(existsSync(join(root, "_status/failures/date=2026-11-22/10/allocation.json"))).toBe(true);
    expect(readdirSync(root)).not.toContain("dataset=allocation");
  });

  test("a sink that cannot be written is one line, before an hour is asked for", async () => {
    // A folder that nobody, root included, can write to.
    const result = await runHere([...exportArgs(sources, "file:///sys/container-insights"), "--quiet"]);
    expect(result.code).toBe(5);
    expect(result.stderr).toMatch(/^error: Cannot write to "\/sys\/container-insights.*": .*\n$/);
  });

  test("SIGTERM finishes or gives up what is in hand, says what remains, and the next run does it", async () => {
    let isAsked = (): void => {};
    const asked = new Promise<void>((resolve) => {
      isAsked = resolve;
    });
    sources.onAllocation = () => isAsked();
    const url = `file://${directory}/stopped`;
    const child = startCli([...exportArgs(sources, url), "--json"]);
    const finished = finishCli(child);
    await asked;
    child.kill("SIGTERM");
    let said = "";
    await new Promise<void>((resolve) => {
      child.stderr?.on("data", (chunk) => {
        said += String(chunk);
        if (said.includes("SIGTERM: finishing")) resolve();
      });
    });
    child.kill("SIGTERM");
    const result = await finished;
    sources.onAllocation = undefined;
    expect(result.code).toBe(143);
    expect(json(result)).toMatchObject({ exported: [], failed: [], remaining: [{}, {}] });
    const again = await runHere([...exportArgs(sources, url), "--json"]);
    expect([again.code, (json(again)["exported"] as object[]).length]).toEqual([0, 2]);
  });
});
