import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ServerResponse } from "node:http";
import { DATASETS } from "../../contract/datasets/index.ts";
import { renderPromql } from "../../agent-src/export/promql.ts";
import { readCaptured, sendCaptured } from "./captured.ts";
import { sendJson, startSource, type FakeSource } from "./http-source.ts";

/** The hour whose answers were captured: 2026-11-22T10:00:00Z. */
export const CAPTURED_HOUR = 1795341600;

const ANSWERS = join(import.meta.dirname, "../fixtures/prometheus/container-hour/answers.json");
const EMPTY = { status: "success", data: { resultType: "vector", result: [] } };
const RAN = { status: "success", data: { resultType: "vector", result: [{ metric: {}, value: [1, "41"] }] } };

/** The gpu dataset asks the container dataset's query for pods, word for word. */
function isCaptured(dataset: string, queryId: string): boolean {
  return dataset === "container" || (dataset === "gpu" && queryId === "pod_info");
}

/** A Prometheus and an OpenCost that answer with what real ones answered for {@link CAPTURED_HOUR}. */
export interface HourSources {
  readonly prometheus: FakeSource;
  readonly openCost: FakeSource;
  /** Takes an allocation request over when set. */
  onAllocation: ((response: ServerResponse) => void) | undefined;
  /** What a query of an hour waits for when set. */
  beforeQuery: (() => Promise<void>) | undefined;
  /** When the Prometheus began to scrape, epoch seconds; without it nobody is told. */
  oldestSample: number | undefined;
  close(): Promise<void>;
}

/** Starts both on loopback ports. */
export async function startHourSources(): Promise<HourSources> {
  const { answers } = JSON.parse(readFileSync(ANSWERS, "utf8")) as { answers: Record<string, unknown> };
  const byPromql = new Map(
    DATASETS.filter(({ job }) => job === undefined).flatMap(({ name, queries }) =>
      queries.map((query): [string, unknown] => [
        renderPromql(query.promql, { kubeStateMetricsJob: "kube-state-metrics" }),
        query.id === "running_containers" ? RAN : isCaptured(name, query.id) ? answers[query.id] : EMPTY,
      ]),
    ),
  );
  const prometheus = await startSource(({ path, params }, response) => {
    const answer = byPromql.get(params["query"] ?? "");
    if (path === "/api/v1/status/buildinfo") {
      sendCaptured(response, readCaptured("prometheus/v2.42/buildinfo"));
    } else if (path === "/api/v1/query_range") {
      const { oldestSample } = sources;
      if (oldestSample === undefined) sendJson(response, 400, { status: "error", error: "no such query" });
      else sendJson(response, 200, presence(params, oldestSample));
    } else
      void Promise.resolve(sources.beforeQuery?.()).then(() =>
        sendJson(response, answer ? 200 : 400, answer ?? { status: "error", error: "no such query" }),
      );
  });
  const openCost = await startSource(({ path }, response) => {
    if (path === "/installInfo") sendCaptured(response, readCaptured("opencost/installInfo"));
    else if (sources.onAllocation) sources.onAllocation(response);
    else sendCaptured(response, readCaptured("opencost/ok-container-sample"));
  });
  const sources: HourSources = {
    prometheus,
    openCost,
    onAllocation: undefined,
    beforeQuery: undefined,
    oldestSample: undefined,
    close: async () => void (await Promise.all([prometheus.close(), openCost.close()])),
  };
  return sources;
}

/** A range of "1" from the first instant on at which a sample is at most five minutes old. */
function presence(params: Readonly<Record<string, string>>, oldest: number): object {
  const [start, end, step] = [Number(params["start"]), Number(params["end"]), Number(params["step"])];
  const values: [number, string][] = [];
  for (let at = start; at <= end; at += step) if (at >= oldest) values.push([at, "1"]);
  const result = values.length === 0 ? [] : [{ metric: {}, values }];
  return { status: "success", data: { resultType: "matrix", result } };
}
