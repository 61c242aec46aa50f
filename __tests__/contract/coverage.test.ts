import { describe, expect, test } from "@jest/globals";
import type { Dataset } from "../../contract/datasets/column.ts";
import { columnsOfMetric } from "../../contract/datasets/coverage.ts";
import { GPU_METRICS } from "../../contract/datasets/gpu-metrics.ts";
import { DATASETS } from "../../contract/datasets/index.ts";
import { PREDECESSOR_METRICS } from "../../contract/datasets/predecessor-metrics.ts";
import { coverageSections } from "../../cli/metric-coverage.ts";

const PLACES = new Set(
  DATASETS.flatMap(({ name, columns }) => [name, ...columns.map((column) => `${name}.${column.name}`)]),
);

describe("the predecessor's metrics", () => {
  test("are 48, each once", () => {
    expect(PREDECESSOR_METRICS).toHaveLength(48);
    expect(new Set(PREDECESSOR_METRICS.map(({ metric }) => metric)).size).toBe(48);
  });

  test.each(PREDECESSOR_METRICS)(
    "$metric has a column or samples, or a reason and what has the same",
    ({ metric, gone }) => {
      const places = columnsOfMetric(metric, DATASETS);
      if (!gone) expect(places).not.toEqual([]);
      else {
        expect(places).toEqual([]);
        expect(gone.reason.length).toBeGreaterThan(10);
        expect(gone.columns.length).toBeGreaterThan(0);
        for (const column of gone.columns) expect(PLACES).toContain(column);
      }
    },
  );

  test.each(PREDECESSOR_METRICS.filter(({ modules }) => modules.includes("container_metrics_granular")))(
    "$metric has raw samples, as it had there",
    ({ metric }) => {
      expect(columnsOfMetric(metric, DATASETS)).toContain("samples");
    },
  );
});

test.each(GPU_METRICS)("$metric of the DCGM family has a column and samples", ({ metric }) => {
  const places = columnsOfMetric(metric, DATASETS);
  expect(places).toContain("samples");
  expect(places.filter((place) => place.startsWith("gpu."))).not.toEqual([]);
});

test("a metric that no query reads is nowhere", () => {
  expect(columnsOfMetric("node_cpu_seconds_total", DATASETS)).toEqual([]);
});

test("a column that a query fills for other kinds of rows counts, a query without a column does not", () => {
  const query = { fold: "max", promql: "", meaning: "" } as const;
  const dataset: Dataset = {
    name: "made_up",
    version: 1,
    grain: "",
    key: [],
    totals: [],
    queries: [
      { ...query, id: "one", metrics: ["a"] },
      { ...query, id: "two", metrics: ["b"] },
      { ...query, id: "three", metrics: ["c"] },
    ],
    columns: [
      {
        name: "value",
        type: "double",
        nullable: true,
        source: { from: "prometheus", query: "one", alsoQueries: ["two"] },
        meaning: "",
      },
    ],
  };
  expect(["a", "b", "c"].map((metric) => columnsOfMetric(metric, [dataset]))).toEqual([
    ["made_up.value"],
    ["made_up.value"],
    [],
  ]);
});

test("the table has a row for each of them, and says where", () => {
  const lines = coverageSections(DATASETS);
  for (const { metric } of [...PREDECESSOR_METRICS, ...GPU_METRICS]) {
    const rows = lines.filter((line) => line.startsWith(`| \`${metric}\` |`));
    expect(rows).toEqual([expect.stringMatching(/`[a-z_]+(?:\.[a-z0-9_]+)?`[^|]*\|$/)]);
  }
  expect(lines.join("\n")).toContain(
    "| `kube_node_status_allocatable_cpu_cores` | node_metrics_granular | `node.allocatable_cpu_cores`; the name is gone: " +
      'kube-state-metrics has called it `kube_node_status_allocatable{resource="cpu"}` since 2.0 |',
  );
});
