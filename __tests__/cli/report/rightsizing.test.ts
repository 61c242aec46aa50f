import { describe, expect, test } from "@jest/globals";
import { collectReport } from "../../../cli/report/collect.ts";
import { renderPage } from "../../../cli/report/page.ts";
import type { ReportData } from "../../../cli/report/report-data.ts";
import { NINE } from "./sample.ts";
import { CLUSTER, manifestOf, openTables, type SomeColumns } from "./tables.ts";

/** A container's hour: its CPU request and usage in cores; OpenCost charges a dollar for each core-hour allocated. */
interface HourOfCpu {
  readonly request: number;
  readonly usage: number;
  /** 95th percentile within the hour, from which the need is made. */
  readonly p95: number;
}

/** The report on one container that runs for these hours, with memory that needs all of its request. */
async function reportOn(hours: readonly HourOfCpu[]): Promise<ReportData> {
  const at = (index: number): string => new Date((NINE + index * 3600) * 1000).toISOString();
  const same = { cluster_arn: CLUSTER, namespace: "shop", pod: "api-1", container: "app" };
  const allocation = hours.map(({ request, usage }, index): SomeColumns => {
    const cpu = Math.max(request, usage);
    return {
      ...same,
      hour_start: at(index),
      currency: "USD",
      row_kind: "workload",
      controller: "api",
      minutes: 60,
      cpu_cores: cpu,
      cpu_core_request_average: request,
      cpu_core_usage_average: usage,
      cpu_cost_precise: cpu,
      ram_bytes: 1024,
      ram_byte_request_average: 1024,
      ram_byte_usage_average: 512,
      ram_cost_precise: 1,
      total_cost_precise: cpu + 1,
    };
  });
  const container = hours.map(({ p95 }, index): SomeColumns => ({
    ...same,
    hour_start: at(index),
    cpu_usage_cores_p95: p95,
    memory_working_set_bytes_max: 1024,
  }));
  const { run, close } = await openTables({ allocation, container });
  try {
    return await collectReport(run, {
      from: NINE,
      until: NINE + hours.length * 3600,
      manifests: hours.flatMap((_, index) => [
        manifestOf("allocation", NINE + index * 3600),
        manifestOf("container", NINE + index * 3600),
      ]),
      writer: "w",
      now: NINE,
    });
  } finally {
    close();
  }
}

/** The cells of the container's row in the table of workloads, tags removed. */
function workloadRow(data: ReportData): string {
  const row = /<th class="text" scope="row">\s*api .*?<\/tr>/s.exec(renderPage(data))?.[0] ?? "";
  return row.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
}

describe("the potential saving", () => {
  test("is none where the need is not below the request, however much is unused", async () => {
    // Need 1.2 x 0.9 = 1.08 of 1 core; the second hour used a tenth.
    const data = await reportOn([
      { request: 1, usage: 0.8, p95: 0.9 },
      { request: 1, usage: 0.1, p95: 0.1 },
    ]);
    expect(data.workloads[0]).toMatchObject({ cpuRequest: 1, potentialSaving: 0 });
    expect(data.workloads[0]?.cpuNeed).toBeCloseTo(1.08, 12);
    expect(data.headline.unusedCost).toBeGreaterThan(1);
    expect(data.headline.potentialSaving).toBe(0);
    expect(workloadRow(data)).toMatch(/1\.00 → 1\.08 ↑ .*raise request/);
  });

  test("is the cost of the cores between request and need where the request is far above", async () => {
    const data = await reportOn([
      { request: 4, usage: 0.4, p95: 0.5 },
      { request: 4, usage: 0.2, p95: 0.25 },
    ]);
    // Need 1.2 x 0.5 = 0.6 of 4 cores, above the usage in both hours: 8 dollars x (1 - 1.2 / 8).
    expect(data.workloads[0]?.potentialSaving).toBeCloseTo(8 - 1.2, 12);
    expect(data.namespaces[0]?.potentialSaving).toBeCloseTo(6.8, 12);
    expect(data.headline.potentialSaving).toBeCloseTo(6.8, 12);
    expect(workloadRow(data)).not.toContain("4.00 → 0.60 ↑");
  });

  test("counts what bursts above the request cost with the lower request, too", async () => {
    // Need 1.2 x 1 = 1.2. Allocated now 2 + 3, then 1.2 + 3: the burst is charged by its usage either way.
    const data = await reportOn([
      { request: 2, usage: 0.5, p95: 0.6 },
      { request: 2, usage: 3, p95: 1 },
    ]);
    expect(data.workloads[0]?.potentialSaving).toBeCloseTo(5 * (1 - 4.2 / 5), 12);
  });

  test("is never negative where the request was raised in the window", async () => {
    // Need 1.2 x 1.5 = 1.8: less than the highest request, more than that of most hours.
    const low = { request: 0.5, usage: 0.4, p95: 0.45 };
    const data = await reportOn([low, low, low, { request: 2, usage: 1.4, p95: 1.5 }]);
    expect(data.workloads[0]?.potentialSaving).toBe(0);
    expect(workloadRow(data)).toContain("2.00 → 1.80");
  });

  test("is no part of a container without a request, which is charged for what it uses", async () => {
    const data = await reportOn([{ request: 0, usage: 0.5, p95: 0.6 }]);
    expect(data.workloads[0]?.potentialSaving).toBe(0);
    expect(workloadRow(data)).toContain("none → 0.72 ↑");
  });
});
