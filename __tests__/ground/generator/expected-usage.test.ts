import { describe, expect, test } from "@jest/globals";
import {
  expectedContainers,
  type Expected,
  type ExpectedContainer,
} from "../../e2e/ground/generator/expected-usage.ts";
import { generateCluster } from "../../e2e/ground/generator/generate.ts";
import { clusterSeries, SCRAPE_SECONDS } from "../../e2e/ground/generator/series.ts";
import { metricsOf, seriesWithin } from "../../e2e/ground/generator/written-history.ts";
import { createHistory, type HistorySeries } from "../../e2e/ground/opencost/history.ts";
import { averageOverTime } from "../../e2e/ground/opencost/promql.ts";

const plan = generateCluster({ seed: "1", pods: 100, hours: 3 });
const hour = plan.from + 3600;
const history = createHistory(clusterSeries(plan), SCRAPE_SECONDS);
const expected = expectedContainers(plan, hour);

function keyOf({ labels }: HistorySeries): string {
  const uid = /pod([0-9a-f_]{36})\.slice/.exec(labels["id"] ?? "")?.[1]?.replaceAll("_", "-");
  return [labels["namespace"], labels["pod"], uid, labels["container"]].join("/");
}

/** The one column of all containers that are a single series in the hour, from its samples. */
function sampled(
  metric: string,
  read: (series: HistorySeries) => number | undefined,
): [ExpectedContainer, number][] {
  const found = new Map<string, number[]>();
  for (const series of history.series(metric)) {
    const value = read(series);
    if (value !== undefined) found.set(keyOf(series), [...(found.get(keyOf(series)) ?? []), value]);
  }
  return [...found].flatMap(([key, [value, ...others]]): [ExpectedContainer, number][] => {
    const row = expected.get(key);
    return row && value !== undefined && others.length === 0 ? [[row, value]] : [];
  });
}

function isAround(cell: ExpectedContainer["columns"][string] | undefined, value: number): boolean {
  const { value: must, within } = cell as Expected;
  return Math.abs(value - must) <= within;
}

describe("expected usage of a generated cluster's containers, from integrals alone", () => {
  test("is of the containers that have a series in the hour", () => {
    const inHour = history
      .series("container_cpu_usage_seconds_total")
      .filter(({ from, until }) => from < hour + 3600 && until > hour);
    expect(new Set(inHour.map(keyOf))).toEqual(new Set(expected.keys()));
  });

  test("is what averages of samples come to", () => {
    const span = { start: hour, end: hour + 3599 };
    const rows = sampled("container_memory_working_set_bytes", (series) => averageOverTime(series, span));
    expect(rows.length).toBeGreaterThan(90);
    expect(
      rows.filter(([row, bytes]) => !isAround(row.columns["memory_working_set_bytes_avg"], bytes)),
    ).toEqual([]);
  });

  test("is what counters grow by over the hour", () => {
    const rows = sampled("container_cpu_usage_seconds_total", ({ from, until, value }) =>
      from <= hour && until >= hour + 3600 ? value(hour + 3600) - value(hour) : undefined,
    );
    expect(rows.length).toBeGreaterThan(60);
    const near = rows.filter(([{ columns }, grown]) => {
      const { value } = columns["cpu_usage_core_seconds"] as Expected;
      return Math.abs(grown - value) <= 1e-6 * value;
    });
    expect(near).toHaveLength(rows.length);
  });

  test("allows an hour that a container lived through less than one in which it ended", () => {
    const rows = [...expected.values()].filter(({ columns }) => Number(columns["sample_count"]) < 60);
    const ended = rows.filter(({ columns }) => Number(columns["observed_seconds"]) % 300 === 60);
    const share = ({ columns }: ExpectedContainer): number => {
      const { value, within } = columns["cpu_usage_core_seconds"] as Expected;
      return within / value;
    };
    const whole = [...expected.values()].filter(({ wholeHour }) => wholeHour);
    expect([ended.length > 0, whole.length > 60]).toEqual([true, true]);
    expect(Math.max(...whole.map(share))).toBeLessThan(Math.min(...ended.map(share)));
  });
});

describe("the series that are written for the datasets' queries", () => {
  const whole = { from: plan.from, until: plan.until };
  const written = seriesWithin(clusterSeries(plan), [
    { metrics: metricsOf(["allocation"]), hours: whole },
    { metrics: metricsOf(["container"]), hours: { from: hour, until: hour + 3600 } },
  ]);
  const spanOf = (metric: string): number[] => {
    const of = written.filter((series) => series.metric === metric);
    return [Math.min(...of.map(({ from }) => from)), Math.max(...of.map(({ until }) => until))];
  };

  test("are whole for allocation, and an hour long for what only containers need", () => {
    expect(spanOf("kube_pod_info")).toEqual([whole.from, whole.until]);
    expect(spanOf("node_cpu_hourly_cost")).toEqual([whole.from, whole.until]);
    expect(spanOf("container_memory_rss")).toEqual([hour, hour + 3600]);
  });

  test("leave out what no query reads", () => {
    expect(written.filter(({ metric }) => metric === "container_network_receive_bytes_total")).toEqual([]);
  });
});
