import { describe, expect, test } from "@jest/globals";
import type { Dataset } from "../../contract/datasets/column.ts";
import { DATASETS, findDataset, keepList, schemaId } from "../../contract/datasets/index.ts";

const repeated = (values: readonly string[]): string[] =>
  values.filter((value, index) => values.indexOf(value) !== index);

describe.each(DATASETS.map((dataset): [string, Dataset] => [dataset.name, dataset]))(
  "the dataset %s",
  (name, dataset) => {
    const names = dataset.columns.map((column) => column.name);

    test("is found by its name, which keys can hold", () => {
      expect(findDataset(name)).toBe(dataset);
      expect(name).toMatch(/^[a-z_]+$/);
      expect(schemaId(dataset)).toBe(`container-insights/${name}/v${dataset.version}`);
    });

    test("names each column once, in lower snake case or as FOCUS does, and none like a partition", () => {
      // Hive and DuckDB do not tell capitals from others.
      const lower = names.map((column) => column.toLowerCase());
      expect(repeated(lower)).toEqual([]);
      const form = name === "focus" ? /^(?:x_)?[A-Z][A-Za-z]*$/ : /^[a-z][a-z0-9_]*$/;
      for (const column of names) expect(column).toMatch(form);
      for (const partition of ["cluster", "dataset", "v", "date"]) expect(lower).not.toContain(partition);
    });

    test("says of each row which hour and cluster it is about", () => {
      // FOCUS has a name of its own for the hour, and begins all others with x_.
      const own = name === "focus" ? ["ChargePeriodStart", "x_ClusterArn"] : ["hour_start", "cluster_arn"];
      expect(names.slice(0, 2)).toEqual(own);
      expect(dataset.columns.slice(0, 2).map(({ source }) => source)).toEqual([
        { from: "run", value: "hour_start" },
        { from: "run", value: "cluster_arn" },
      ]);
    });

    test("has its key and its totals among its columns; totals are numbers", () => {
      for (const key of dataset.key) expect(names).toContain(key);
      for (const total of dataset.totals) {
        const column = dataset.columns.find((each) => each.name === total);
        expect(["double", "int64"]).toContain(column?.type);
      }
    });

    test("explains every column, and gives every number a unit", () => {
      for (const column of dataset.columns) {
        expect(column.meaning.length).toBeGreaterThan(3);
        if (column.type === "double" || column.type === "int64") expect(column.unit).toBeTruthy();
      }
    });

    test("asks each query once, and fills its Prometheus columns from them", () => {
      const ids = dataset.queries.map((query) => query.id);
      expect(repeated(ids)).toEqual([]);
      for (const { source } of dataset.columns) {
        if (source.from === "prometheus") expect(ids).toContain(source.query);
      }
    });

    test("lists exactly the metrics that its queries read", () => {
      for (const query of dataset.queries) {
        for (const metric of query.metrics) expect(query.promql).toContain(metric);
        expect(query.metrics.length).toBeGreaterThan(0);
      }
    });
  },
);

test("an unknown dataset is not found", () => {
  expect(findDataset("allocations")).toBeUndefined();
});

test("the keep-list has each metric of the dictionary once, sorted", () => {
  const list = keepList();
  expect(list).toEqual([...new Set(list)].sort());
  expect(list).toContain("kube_pod_info");
  expect(list).toContain("container_cpu_usage_seconds_total");
  expect(list.length).toBeGreaterThan(20);
});
