import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { isoSeconds } from "../../contract/hours.ts";
import { runCli } from "../../cli/main.ts";
import { planDay } from "../../demo/daily-curve.ts";
import { replayOpenCost } from "../../demo/replay/opencost.ts";
import { replayPrometheus } from "../../demo/replay/prometheus.ts";
import { NEWEST_RECORDED, openRecordedData } from "../../demo/replay/recorded-data.ts";
import { startReplay, type ReplayServer } from "../../demo/replay/server.ts";

const CLUSTER = "arn:aws:eks:us-east-1:123456789012:cluster/lab";
/** A closed hour in the past, with the newest recorded hour behind it. */
const HOUR = Date.UTC(2025, 5, 3, 8) / 1000;

let folder: string;
let replay: ReplayServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "one-hour-"));
  const data = openRecordedData();
  const day = planDay(HOUR, NEWEST_RECORDED);
  const jobs = { kubeStateMetricsJob: "kube-state-metrics" };
  replay = await startReplay(replayPrometheus(data, day, jobs), replayOpenCost(data, day));
});
afterAll(async () => {
  await replay.close();
  await rm(folder, { recursive: true });
});

interface ExportResult {
  readonly exported: readonly { readonly dataset: string; readonly rows: number }[];
  readonly failed: readonly unknown[];
}

interface ReportResult {
  readonly headline: { readonly totalCost: number };
  readonly quality: {
    readonly costs: { readonly rows: number; readonly manifests: number; readonly rounded: number };
    readonly coverage: { readonly withCost: number; readonly withCostAndUsage: number };
  };
}

/** Runs a command with --json and gives back its object and exit code. */
async function run<T>(...args: string[]): Promise<{ result: T; code: unknown }> {
  let text = "";
  const write = jest.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    await runCli([...args, "--json", "--quiet"]);
  } finally {
    write.mockRestore();
  }
  const code = process.exitCode ?? 0;
  process.exitCode = 0; // else the test run itself would end with it
  return { result: JSON.parse(text) as T, code };
}

describe("one recorded hour through the command line", () => {
  const sink = () => pathToFileURL(folder).href;
  let recordedCost: number;
  beforeAll(async () => {
    const rows = Object.values(await openRecordedData().openCost(NEWEST_RECORDED));
    recordedCost = rows.reduce((sum, row) => sum + Number(row["totalCost"]), 0);
  });

  test("is exported whole", async () => {
    const { result, code } = await run<ExportResult>(
      ...["export", "--prometheus-url", replay.prometheusUrl, "--opencost-url", replay.openCostUrl],
      ...["--cluster-arn", CLUSTER, "--sink", sink(), "--simulated", "one recorded hour"],
      ...["--from", isoSeconds(HOUR), "--until", isoSeconds(HOUR + 3600)],
    );
    expect([code, result.failed]).toEqual([0, []]);
    expect(result.exported.map(({ dataset, rows }) => [dataset, rows])).toEqual([
      ["allocation", 2457],
      ["container", 2454],
      ["pod", 2000],
      ["node", 100],
      ["workload", 121],
      ["namespace", 8],
      ["persistent_volume", 24],
      ["persistent_volume_claim", 21],
      ["scrape_health", 102],
      ["gpu", 20],
      ["focus", 2457],
    ]);
  });

  test("is found sound by verify", async () => {
    const { result, code } = await run<{ findings: unknown[] }>(
      "verify",
      "--cluster-arn",
      CLUSTER,
      "--sink",
      sink(),
    );
    expect([code, result.findings]).toEqual([0, []]);
  });

  test("is reported with the cost that OpenCost answered, and says that it is simulated", async () => {
    const out = join(folder, "report.html");
    const { result, code } = await run<ReportResult>("report", "--sink", sink(), "--out", out);
    expect(code).toBe(0);
    const { costs, coverage } = result.quality;
    expect(costs.rounded).toBeCloseTo(recordedCost, 9);
    expect(costs.rows).toBeCloseTo(costs.manifests, 9);
    expect(Math.abs(result.headline.totalCost - recordedCost)).toBeLessThan(0.01);
    expect(coverage.withCostAndUsage).toBe(coverage.withCost);
    const page = await readFile(out, "utf8");
    expect(page).toContain("Simulated data:</b> one recorded hour");
    expect(page).toContain("NVIDIA A10G");
  });

  test("is refused a report once a file is lost, which is named", async () => {
    const files = await readdir(folder, { recursive: true });
    const lost = files.find((file) => file.includes("dataset=container") && file.endsWith(".parquet")) ?? "";
    await rm(join(folder, lost));
    const { result, code } = await run<{ error: string[] }>("report", "--sink", sink());
    expect(code).toBe(4);
    expect(result.error.join()).toMatch(
      /dataset=container\/.*08\.parquet" of a manifest is missing .*run "verify"/,
    );
  });

  test("is refused a report where there is nothing", async () => {
    const { result, code } = await run<{ error: string[] }>(
      "report",
      "--sink",
      pathToFileURL(join(folder, "no")).href,
    );
    expect(code).toBe(2);
    expect(result.error.join()).toContain("There is no committed hour in file://");
  });
});
