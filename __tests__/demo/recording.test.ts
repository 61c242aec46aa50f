import { statSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { renderPromql } from "../../agent-src/export/promql.ts";
import { DATASETS } from "../../contract/datasets/index.ts";
import { decodeRecording, encodeRecording } from "../../demo/recording.ts";
import { NEWEST_RECORDED, openRecordedData } from "../../demo/replay/recorded-data.ts";

describe("a recording", () => {
  test("gives back exactly what was recorded", () => {
    const labels = { pod: "a", note: 'quote " and \n ünïcode' };
    const recorded = {
      hour: NEWEST_RECORDED,
      buildInfo: { status: "success", data: { version: "2.42.0" } },
      answers: [
        { dataset: "container", id: "one", promql: "up", series: [{ labels, value: "0.10000000000000001" }] },
        { dataset: "container", id: "none", promql: "down", series: [] },
        {
          dataset: "container",
          id: "two",
          promql: "down",
          series: [
            { labels: {}, value: "NaN" },
            { labels, value: "1e-7" },
          ],
        },
      ],
    };
    expect(decodeRecording(encodeRecording(recorded))).toEqual(recorded);
  });

  test("is there for every query of the dictionary in each of the three hours", async () => {
    const data = openRecordedData();
    const asked = (promql: string): string => renderPromql(promql, { kubeStateMetricsJob: "ksm" });
    // The raw samples are not in it: they are a hundred times as much as all the rest.
    const hourly = DATASETS.filter(({ job }) => job === undefined);
    const wanted = hourly.flatMap(({ queries }) => queries.map(({ promql }) => asked(promql))).sort();
    for (const back of [0, 1, 2]) {
      const { hour, answers } = await data.prometheus(NEWEST_RECORDED - back * 3600);
      expect(hour).toBe(NEWEST_RECORDED - back * 3600);
      expect(answers.map(({ promql }) => asked(promql)).sort()).toEqual(wanted);
    }
  });

  test("stays small enough for a repository", () => {
    const folder = join(import.meta.dirname, "../../demo/recorded");
    const bytes = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
    expect(bytes).toBeLessThan(7_000_000);
  });
});
