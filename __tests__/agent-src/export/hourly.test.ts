import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { ConfigError, TransientError } from "../../../agent-src/export/errors.ts";
import { checkSources, createOpeners, type SourceSettings } from "../../../agent-src/export/hourly.ts";
import { renderPromql } from "../../../agent-src/export/promql.ts";
import type { RowItem } from "../../../agent-src/export/hour-source.ts";
import { DATASETS } from "../../../contract/datasets/index.ts";
import { readCaptured, sendCaptured } from "../../fakes/captured.ts";
import { sendJson, startSource, type FakeSource } from "../../fakes/http-source.ts";
import { MemorySink } from "../../fakes/memory-sink.ts";

const HOUR = 1795341600;
const ARN = "arn:aws:eks:us-east-1:123456789012:cluster/lab";
const never = new AbortController().signal;
const sink = new MemorySink();
const open: FakeSource[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((source) => source.close()));
});

async function start(answer: Parameters<typeof startSource>[0]): Promise<FakeSource> {
  const source = await startSource(answer);
  open.push(source);
  return source;
}

const CAPTURED = join(import.meta.dirname, "../../fixtures/prometheus/container-hour/answers.json");
const { answers } = JSON.parse(readFileSync(CAPTURED, "utf8")) as { answers: Record<string, unknown> };
const EMPTY = { status: "success", data: { resultType: "vector", result: [] } };
const RAN = { status: "success", data: { resultType: "vector", result: [{ metric: {}, value: [1, "41"] }] } };

/** The gpu dataset asks the container dataset's query for pods, word for word. */
function isCaptured(dataset: string, queryId: string): boolean {
  return dataset === "container" || (dataset === "gpu" && queryId === "pod_info");
}

/** Answers to the queries' PromQL, as a real Prometheus gave them. */
function startPrometheus(): Promise<FakeSource> {
  const jobs = { kubeStateMetricsJob: "kube-state-metrics" };
  const byPromql = new Map(
    DATASETS.filter(({ job }) => job === undefined).flatMap(({ name, queries }) =>
      queries.map((query): [string, unknown] => [
        renderPromql(query.promql, jobs),
        query.id === "running_containers" ? RAN : isCaptured(name, query.id) ? answers[query.id] : EMPTY,
      ]),
    ),
  );
  return start(({ path, params }, response) => {
    if (path === "/api/v1/status/buildinfo")
      sendCaptured(response, readCaptured("prometheus/v2.42/buildinfo"));
    else
      sendJson(
        response,
        200,
        byPromql.get(params["query"] ?? "") ?? { status: "error", error: "no such query" },
      );
  });
}

function startOpenCost(): Promise<FakeSource> {
  return start(({ path }, response) =>
    sendCaptured(
      response,
      readCaptured(path === "/installInfo" ? "opencost/installInfo" : "opencost/ok-container-sample"),
    ),
  );
}

function settings(prometheusUrl: string, openCostUrl: string): SourceSettings {
  return {
    prometheusUrl,
    openCostUrl,
    kubeStateMetricsJob: "kube-state-metrics",
    currency: "USD",
    timeoutSeconds: 5,
  };
}

async function collect(rows: AsyncIterable<RowItem>): Promise<RowItem[]> {
  const all: RowItem[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

describe("the hourly openers", () => {
  test("are one per dataset, and read an hour over HTTP", async () => {
    const [prometheus, openCost] = [await startPrometheus(), await startOpenCost()];
    const openers = createOpeners(settings(prometheus.url, openCost.url), ARN, sink);
    expect(Object.keys(openers)).toEqual(DATASETS.map((dataset) => dataset.name));

    const allocation = openers["allocation"]?.(HOUR, never);
    expect(await collect(allocation?.rows ?? fail())).toHaveLength(45);
    expect(allocation?.summary().sources).toEqual({
      prometheus: "2.42.0+ds",
      opencost: "dev-20251219 (5df39a59)",
    });

    const container = openers["container"]?.(HOUR, never);
    expect(await collect(container?.rows ?? fail())).toHaveLength(7);
    expect(container?.summary()).toEqual({
      queries: { expected: 28, answered: 28 },
      sources: { prometheus: "2.42.0+ds" },
      warnings: [],
    });
  });

  test("stop with the caller's reason when the caller gives up", async () => {
    const controller = new AbortController();
    const prometheus = await start(() => controller.abort(new Error("SIGTERM")));
    const openers = createOpeners(settings(prometheus.url, prometheus.url), ARN, sink);
    const hour = openers["container"]?.(HOUR, controller.signal);
    await expect(collect(hour?.rows ?? fail())).rejects.toThrow("SIGTERM");
  });

  test("refuse a wrong URL at once", () => {
    expect(() => createOpeners(settings("prometheus", "http://127.0.0.1:9003"), ARN, sink)).toThrow(
      ConfigError,
    );
  });
});

describe("checking the sources", () => {
  const both = ["allocation", "container"];

  test("finds nothing wrong with the right ones", async () => {
    const [prometheus, openCost] = [await startPrometheus(), await startOpenCost()];
    expect(await checkSources(settings(prometheus.url, openCost.url), both, never)).toEqual(new Map());
  });

  test("names the flag of the one that is something else", async () => {
    const [prometheus, openCost] = [await startPrometheus(), await startOpenCost()];
    const swapped = await checkSources(settings(openCost.url, prometheus.url), both, never);
    expect([...swapped.keys()]).toEqual(both);
    for (const error of swapped.values()) {
      expect(error).toBeInstanceOf(ConfigError);
      expect(error.message).toMatch(/check --prometheus-url/);
    }
    const same = await checkSources(settings(prometheus.url, prometheus.url), both, never);
    expect([...same.keys()]).toEqual(["allocation"]);
    expect(same.get("allocation")?.message).toMatch(/does not answer like OpenCost.*check --opencost-url/);
  });

  test("an OpenCost that is not there concerns its datasets only, and is named", async () => {
    const prometheus = await startPrometheus();
    const gone = await startSource(() => {});
    await gone.close();
    const failures = await checkSources(settings(prometheus.url, gone.url), both, never);
    expect([...failures.keys()]).toEqual(["allocation"]);
    expect(failures.get("allocation")).toBeInstanceOf(TransientError);
    expect(failures.get("allocation")?.message).toContain(`Cannot reach OpenCost at "${gone.url}"`);
  });

  test("a Prometheus that is not there does not concern what is made from committed files", async () => {
    const gone = await startSource(() => {});
    await gone.close();
    const failures = await checkSources(settings(gone.url, gone.url), ["container", "focus"], never);
    expect([...failures.keys()]).toEqual(["container"]);
    expect(await checkSources(settings(gone.url, gone.url), ["focus"], never)).toEqual(new Map());
  });

  test("asks no OpenCost when no dataset comes from it", async () => {
    const [prometheus, openCost] = [await startPrometheus(), await startOpenCost()];
    expect(await checkSources(settings(prometheus.url, openCost.url), ["container"], never)).toEqual(
      new Map(),
    );
    expect(openCost.requests).toEqual([]);
    const { openCostUrl: _, ...without } = settings(prometheus.url, openCost.url);
    expect(await checkSources(without, ["container"], never)).toEqual(new Map());
    const others = DATASETS.map(({ name }) => name).filter((name) => name !== "allocation");
    expect(Object.keys(createOpeners(without, ARN, sink))).toEqual(others);
  });
});

function fail(): never {
  throw new Error("the dataset has no opener");
}
