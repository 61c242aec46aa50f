import { beforeAll, describe, expect, test } from "@jest/globals";
import { collectReport } from "../../../cli/report/collect.ts";
import { renderPage } from "../../../cli/report/page.ts";
import type { ReportData } from "../../../cli/report/report-data.ts";
import { NINE, sampleReport } from "./sample.ts";
import { CLUSTER, manifestOf, openTables } from "./tables.ts";

const GIB = 2 ** 30;

describe("the figures of the report", () => {
  let data: ReportData;
  beforeAll(async () => {
    data = await sampleReport();
  });

  test("add up to the cost of all rows, split by what it was for", () => {
    expect(data.headline.totalCost).toBeCloseTo(2.31, 12);
    expect(data.headline.byKind.workload).toBeCloseTo(1.3, 12);
    expect(data.headline.idleShare).toBeCloseTo(1 / 2.31, 12);
    expect(data.currency).toBe("USD");
  });

  test("scale a month from the covered hours, not from the window", () => {
    expect(data.headline.monthlyRunRate).toBeCloseTo((2.31 / 2) * 730, 9);
  });

  test("count what was used of what was allocated as efficiency, by cost", () => {
    // Used: CPU 0.08 x (0.25 + 0.5 + 0.25), memory 0.02 x (0.25 + 0.5 + 0.25), of three pod-hours at 0.10.
    expect(data.headline.efficiency).toBeCloseTo(0.1 / 0.3, 12);
    expect(data.headline.unusedCost).toBeCloseTo(0.2, 12);
  });

  test("take the need from the busiest hour: pods' mean for CPU, the highest pod for memory, plus 20 %", () => {
    const [checkout] = data.workloads;
    expect(checkout).toMatchObject({ workload: "checkout", container: "app", pods: 2, cpuRequest: 2 });
    expect(checkout?.cpuNeed).toBeCloseTo(1.2 * 0.8, 12);
    expect(checkout?.memoryNeed).toBeCloseTo(1.2 * 2.5 * GIB, 3);
    // Three pod-hours: CPU 0.08 each, of which one used 1 core, more than the need of 0.96; memory 3 of 4 GiB of 0.02 each.
    const cpuSaving = 3 * 0.08 * (1 - (0.96 + 1 + 0.96) / (3 * 2));
    expect(checkout?.potentialSaving).toBeCloseTo(cpuSaving + 3 * 0.02 * (1 - 3 / 4), 12);
  });

  test("name GPUs with their use, and volumes that nothing mounts", () => {
    expect(data.gpus).toEqual([
      {
        namespace: "<ml>",
        workload: "train & serve",
        model: "NVIDIA A10G",
        gpuHours: 1,
        cost: 1,
        usage: 0.25,
      },
    ]);
    expect(data.volumes).toEqual([
      { cluster: "prod", namespace: undefined, volume: "lost-1", byteHours: 100 * GIB, cost: 0.01, hours: 1 },
    ]);
  });

  test("list what is missing, by dataset, as spans of hours", () => {
    expect(data.quality.gaps).toEqual([
      { cluster: "prod", dataset: "allocation", from: NINE + 3600, until: NINE + 7200 },
      { cluster: "prod", dataset: "container", from: NINE + 3600, until: NINE + 10_800 },
    ]);
    expect(
      data.quality.datasets.map((row) => [row.dataset, row.hoursPresent, row.fileRows, row.manifestRows]),
    ).toEqual([
      ["allocation", 2, 7, 7],
      ["container", 1, 2, 2],
    ]);
    expect(data.quality.restatedHours).toBe(1);
  });

  test("compare the rows with the manifests and with their parts", () => {
    const { costs } = data.quality;
    expect(costs.rows).toBeCloseTo(2.31, 12);
    expect(costs.manifests).toBeCloseTo(2.31, 12);
    expect(costs.parts).toBeCloseTo(2.31, 12);
  });

  test("tell how far cost and usage cover each other", () => {
    const { coverage } = data.quality;
    expect(coverage.withCost).toBe(4);
    expect(coverage.withCostAndUsage).toBe(2);
    expect(coverage.usageWithoutCost).toBe(0);
    expect(coverage.observedShare).toBeCloseTo(0.5, 12);
    expect(coverage.samplesPerMinute).toBeCloseTo(2, 12);
  });
});

describe("a report on two clusters", () => {
  const other = "arn:aws:eks:us-east-1:123456789012:cluster/batch";
  const idle = (cluster_arn: string, hour: string, cost: number) => ({
    hour_start: `2026-11-22T${hour}:00:00Z`,
    cluster_arn,
    currency: "USD",
    row_kind: "idle",
    total_cost_precise: cost,
  });

  test("scales each by its own hours and names both", async () => {
    const allocation = [idle(CLUSTER, "09", 1), idle(CLUSTER, "10", 1), idle(other, "10", 2)];
    const { run, close } = await openTables({ allocation, container: [] });
    const data = await collectReport(run, {
      from: NINE,
      until: NINE + 7200,
      manifests: [
        manifestOf("allocation", NINE),
        manifestOf("allocation", NINE + 3600),
        manifestOf("allocation", NINE + 3600, { clusterArn: other }),
      ],
      writer: "w",
      now: NINE,
    });
    close();
    expect(data.headline.monthlyRunRate).toBeCloseTo(3 * 730, 9);
    expect(data.clusters.map(({ name }) => name)).toEqual(["prod", "batch"]);
    expect(data.quality.gaps).toContainEqual({
      cluster: "batch",
      dataset: "allocation",
      from: NINE,
      until: NINE + 3600,
    });
    expect(renderPage(data)).toContain("These 2 clusters cost");
  });
});

describe("a report without usage", () => {
  test("falls back to OpenCost's own usage", async () => {
    const row = {
      hour_start: "2026-11-22T09:00:00Z",
      cluster_arn: CLUSTER,
      currency: "EUR",
      row_kind: "workload",
      pod: "lone",
      container: "app",
      minutes: 60,
      cpu_cores: 1,
      cpu_core_request_average: 1,
      cpu_core_usage_average: 0.25,
      cpu_cost: 1,
      total_cost: 1,
    };
    const { run, close } = await openTables({ allocation: [row], container: [] });
    const request = { from: NINE, until: NINE + 3600, writer: "w", now: NINE };
    const data = await collectReport(run, { ...request, manifests: [manifestOf("allocation", NINE)] });
    close();
    expect(data.headline.efficiency).toBeCloseTo(0.25, 12);
    expect(data.workloads[0]).toMatchObject({
      workload: "lone",
      kind: undefined,
      namespace: "(no namespace)",
    });
    expect(data.workloads[0]?.potentialSaving).toBeCloseTo(0.7, 12);
    expect(data.quality.coverage.withCostAndUsage).toBe(0);
  });

  test("has a page even where no cost was exported at all", async () => {
    const { run, close } = await openTables({ allocation: [], container: [] });
    const request = { from: NINE, until: NINE + 3600, writer: "w", now: NINE };
    const data = await collectReport(run, { ...request, manifests: [manifestOf("container", NINE)] });
    close();
    expect(data.headline.totalCost).toBe(0);
    const page = renderPage(data);
    expect(page).toContain("No cost was exported for this window.");
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });

  test("refuses to add up currencies", async () => {
    const row = { hour_start: "2026-11-22T09:00:00Z", cluster_arn: CLUSTER, row_kind: "idle", total_cost: 1 };
    const allocation = ["EUR", "USD"].map((currency) => ({ ...row, currency }));
    const { run, close } = await openTables({ allocation, container: [] });
    const request = { from: NINE, until: NINE + 3600, writer: "w", now: NINE };
    const collected = collectReport(run, { ...request, manifests: [manifestOf("allocation", NINE)] });
    await expect(collected).rejects.toThrow('several currencies ("EUR", "USD")');
    close();
  });
});
