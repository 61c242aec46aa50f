import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { container } from "../../contract/datasets/container.ts";
import { evaluationTime, renderPromql } from "../../agent-src/export/promql.ts";
import { planDay } from "../../demo/daily-curve.ts";
import { replayOpenCost } from "../../demo/replay/opencost.ts";
import { replayPrometheus } from "../../demo/replay/prometheus.ts";
import { NEWEST_RECORDED, openRecordedData } from "../../demo/replay/recorded-data.ts";
import { startReplay, type ReplayServer } from "../../demo/replay/server.ts";

const JOBS = { kubeStateMetricsJob: "kube-state-metrics" };
const NEWEST = Date.UTC(2027, 0, 5, 14) / 1000;
const AGGREGATE = "cluster,namespace,controllerKind,controller,pod,container";

const data = openRecordedData();
let server: ReplayServer;
beforeAll(async () => {
  const day = planDay(NEWEST, NEWEST_RECORDED);
  server = await startReplay(replayPrometheus(data, day, JOBS), replayOpenCost(data, day));
});
afterAll(() => server.close());

function promqlOf(id: string): string {
  const query = container.queries.find((candidate) => candidate.id === id);
  return renderPromql(query?.promql ?? "", JOBS);
}

async function askPrometheus(parameters: Record<string, string>) {
  const body = new URLSearchParams(parameters);
  const response = await fetch(`${server.prometheusUrl}/api/v1/query`, { method: "POST", body });
  const answer = (await response.json()) as {
    readonly status: string;
    readonly errorType?: string;
    readonly error?: string;
    readonly data?: { readonly result: { metric: Record<string, string>; value: [number, string] }[] };
  };
  return { status: response.status, answer };
}

async function askOpenCost(parameters: Record<string, string>): Promise<Response> {
  return fetch(`${server.openCostUrl}/allocation/compute?${new URLSearchParams(parameters).toString()}`);
}

describe("the replayed Prometheus", () => {
  test("answers a recorded query with the recorded values, at the asked time", async () => {
    const time = evaluationTime(NEWEST);
    const { status, answer } = await askPrometheus({ query: promqlOf("sample_count"), time: String(time) });
    const recorded = (await data.prometheus(NEWEST_RECORDED)).answers.find(({ id }) => id === "sample_count");
    expect(status).toBe(200);
    expect(answer.data?.result).toEqual(
      recorded?.series.map(({ labels, value }) => ({ metric: labels, value: [time, value] })),
    );
  });

  test("moves instants that are values, too", async () => {
    const { answer } = await askPrometheus({
      query: promqlOf("last_seen"),
      time: String(evaluationTime(NEWEST)),
    });
    const seen = answer.data?.result.map(({ value }) => Number(value[1])) ?? [];
    expect(seen.length).toBeGreaterThan(2_000);
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(NEWEST);
    expect(Math.max(...seen)).toBeLessThanOrEqual(NEWEST + 3600);
  });

  test("refuses a query that was not recorded, as Prometheus refuses a wrong one", async () => {
    const { status, answer } = await askPrometheus({ query: "up", time: String(evaluationTime(NEWEST)) });
    expect(status).toBe(400);
    expect(answer).toMatchObject({ status: "error", errorType: "bad_data" });
    expect(answer.error).toContain("no recorded answer to this query: up");
  });

  test("refuses a recorded query whose jobs are others", async () => {
    const promql = renderPromql(container.queries.find(({ id }) => id === "requests")?.promql ?? "", {
      kubeStateMetricsJob: "other",
    });
    expect((await askPrometheus({ query: promql, time: String(evaluationTime(NEWEST)) })).status).toBe(400);
  });

  test("has nothing before the day, after it, and at other times than an hour's end", async () => {
    for (const time of [evaluationTime(NEWEST + 3600), evaluationTime(NEWEST - 24 * 3600), NEWEST + 1800]) {
      const { status, answer } = await askPrometheus({ query: promqlOf("sample_count"), time: String(time) });
      expect([status, answer.data?.result]).toEqual([200, []]);
    }
  });

  test("says its recorded version", async () => {
    const response = await fetch(`${server.prometheusUrl}/api/v1/status/buildinfo`);
    expect(await response.json()).toMatchObject({ data: { version: expect.stringMatching(/^2\.42\.0/) } });
  });
});

describe("the replayed OpenCost", () => {
  const asked = {
    window: `${NEWEST},${NEWEST + 3600}`,
    aggregate: AGGREGATE,
    includeIdle: "true",
    step: "1h",
  };

  test("answers the newest hour as recorded, with every window moved to it", async () => {
    const answer = (await (await askOpenCost(asked)).json()) as {
      readonly data: Record<string, { window: object; start: string; end: string; totalCost: number }>[];
    };
    const rows = Object.values(answer.data[0] ?? {});
    const recorded = Object.values(await data.openCost(NEWEST_RECORDED));
    expect(rows).toHaveLength(recorded.length);
    for (const row of rows) {
      expect(row.window).toEqual({ start: "2027-01-05T14:00:00Z", end: "2027-01-05T15:00:00Z" });
      expect(row.start >= "2027-01-05T14:00:00Z" && row.end <= "2027-01-05T15:00:00Z").toBe(true);
    }
    expect(rows.map(({ totalCost }) => totalCost)).toEqual(recorded.map(({ totalCost }) => totalCost));
  });

  test("answers an hour outside the day with one empty object, as OpenCost does", async () => {
    const response = await askOpenCost({ ...asked, window: `${NEWEST + 3600},${NEWEST + 7200}` });
    expect([response.status, await response.json()]).toEqual([200, { code: 200, data: [{}] }]);
  });

  test("refuses parameters that it was not recorded with", async () => {
    const response = await askOpenCost({ ...asked, aggregate: "namespace" });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('aggregate="cluster,namespace');
  });

  test("says its recorded version, and 404 to what it does not know", async () => {
    const info = await fetch(`${server.openCostUrl}/installInfo`);
    expect(await info.json()).toMatchObject({ version: "dev-20251219 (5df39a59)" });
    expect((await fetch(`${server.openCostUrl}/nothing`)).status).toBe(404);
    expect((await fetch(new URL("/elsewhere", server.openCostUrl))).status).toBe(404);
  });
});
