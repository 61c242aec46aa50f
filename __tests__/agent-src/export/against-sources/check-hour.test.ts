import { beforeEach, describe, expect, test } from "@jest/globals";
import type { Allocation } from "../../../../agent-src/export/allocation-fields.ts";
import { checkAgainstSources } from "../../../../agent-src/export/against-sources/check-hour.ts";
import type { HourProof } from "../../../../agent-src/export/against-sources/proof.ts";
import { commitHour } from "../../../../agent-src/export/commit.ts";
import type { Row } from "../../../../contract/datasets/column.ts";
import {
  PRESENCE_QUERIES,
  type CrossCheckQueryName,
} from "../../../../contract/datasets/cross-check-queries.ts";
import { createInstantSource, sample, type FakeInstantSource } from "../../../fakes/fake-instant-source.ts";
import { answering, CLUSTER_ARN, containerRows, datasetNamed, TEN } from "../../../fakes/hours.ts";
import { MemorySink } from "../../../fakes/memory-sink.ts";
import { addContainer, addNode, type SmallCluster } from "../cross-check/small-cluster.ts";

const DATASETS = [datasetNamed("allocation"), datasetNamed("container")];

/** One node with one pod of 1 core and 2 GiB: 0.03 and 0.008; idle is 0.09 and 0.056. */
const ANSWER: readonly Allocation[] = [
  {
    name: "prod/web/deployment/web/a/app",
    properties: { cluster: "prod", namespace: "web", pod: "a", container: "app" },
    cpuCost: 0.03,
    ramCost: 0.008,
    totalCost: 0.038,
  },
  { name: "__idle__", properties: { cluster: "prod" }, cpuCost: 0.09, ramCost: 0.056, totalCost: 0.146 },
];

function allocationRow(row: Row): Row {
  const run = { hour_start: TEN * 1000, cluster_arn: CLUSTER_ARN, gpu_cost: 0, pv_cost: 0 };
  return { ...run, ...row };
}

const FILE: Row[] = [
  allocationRow({
    row_kind: "workload",
    namespace: "web",
    pod: "a",
    container: "app",
    cpu_cost: 0.03,
    ram_cost: 0.008,
    total_cost: 0.038,
  }),
  allocationRow({ row_kind: "idle", cpu_cost: 0.09, ram_cost: 0.056, total_cost: 0.146 }),
];

let sink: MemorySink;
let prometheus: FakeInstantSource;

beforeEach(async () => {
  sink = new MemorySink();
  const cluster: SmallCluster = {};
  addNode(cluster, "n1");
  addContainer(cluster, { pod: "a", cpu: { requested: 1 }, memory: { requested: 2 } });
  prometheus = createInstantSource({
    "running containers": [sample({ namespace: "team-0", pod: "web-0-0", container: "app" })],
  });
  for (const [name, samples] of Object.entries(cluster))
    prometheus.set(`cross-check ${name as CrossCheckQueryName}`, samples);
  await commit("allocation", FILE);
  await commit("container", containerRows(TEN, 3));
});

async function commit(name: string, rows: Row[]): Promise<void> {
  await commitHour({
    subject: { dataset: datasetNamed(name), clusterArn: CLUSTER_ARN, hour: TEN },
    open: answering(() => rows),
    sink,
    signal: new AbortController().signal,
    now: () => new Date("2026-11-22T14:00:00Z"),
  });
}

function check(
  answer: readonly Allocation[] = ANSWER,
  openCostCluster?: string,
  datasets = DATASETS,
): Promise<HourProof> {
  async function* allocations(): AsyncGenerator<unknown> {
    yield* answer;
  }
  return checkAgainstSources({
    questions: {
      prometheus,
      jobs: { kubeStateMetricsJob: "kube-state-metrics" },
      hour: TEN,
      signal: new AbortController().signal,
      warn: () => {},
    },
    openCost: { allocations: () => ({ allocations: allocations(), sets: () => 1 }) },
    openCostCluster,
    sink,
    clusterArn: CLUSTER_ARN,
    datasets,
  });
}

const findings = ({ findings: found }: HourProof): string[] =>
  found.map(({ problem, detail }) => `${problem}: ${detail}`);

describe("an hour's files against its sources", () => {
  test("are proved when sums, containers and recomputed costs agree", async () => {
    const proof = await check();
    expect(findings(proof)).toEqual([]);
    expect(proof.sums?.exported).toEqual(proof.sums?.answered);
    expect(proof.containers).toEqual({ seen: 1, missing: [] });
    expect(proof.crossCheck?.byExporter.rows).toEqual({ answered: 1, recomputed: 1, agreeing: 1 });
    expect(proof.crossCheck?.byExporter.idle.recomputed).toBeCloseTo(0.146, 12);
  });

  test("a GPU that DCGM reports and no row has is named, be it whole or known by its MIG instances alone", async () => {
    const row = { hour_start: TEN * 1000, cluster_arn: CLUSTER_ARN, gpu_uuid: "GPU-1", workload_count: 0 };
    await commit("gpu", [row]);
    prometheus.set("GPUs", [sample({ UUID: "GPU-1" }), sample({ UUID: "GPU-2" })]);
    const proof = await check(ANSWER, undefined, [datasetNamed("gpu")]);
    expect(proof.gpus).toEqual({ seen: 2, missing: ["GPU-2"] });
    expect(findings(proof)).toEqual(["missing-gpus: 1 of 2 GPUs that DCGM reported have no row: GPU-2"]);
    // dcgm-exporter tells no utilization of MIG instances, so that cannot be all that is asked.
    expect(PRESENCE_QUERIES.gpus.metrics).toContain("DCGM_FI_DEV_FB_USED");
  });

  test("GPUs of which Prometheus has nothing any more are not proved, which is a finding; a series without UUID is no GPU", async () => {
    const row = { hour_start: TEN * 1000, cluster_arn: CLUSTER_ARN, gpu_uuid: "GPU-1", workload_count: 0 };
    await commit("gpu", [row]);
    const proof = await check(ANSWER, undefined, [datasetNamed("gpu")]);
    expect(proof.gpus).toBeUndefined();
    expect(findings(proof)).toEqual([
      "no-source-data: DCGM has no GPU in this hour any more, while it holds 1: none is proved to be there",
    ]);
    prometheus.set("GPUs", [sample({ UUID: "GPU-1" }), sample({})]);
    const again = await check(ANSWER, undefined, [datasetNamed("gpu")]);
    expect(again.gpus).toEqual({ seen: 1, missing: [] });
    expect(findings(again)).toEqual([]);
  });

  test("an hour without GPUs has none to be found", async () => {
    await commit("gpu", []);
    const proof = await check(ANSWER, undefined, [datasetNamed("gpu")]);
    expect(proof.gpus).toEqual({ seen: 0, missing: [] });
    expect(findings(proof)).toEqual([]);
  });

  test("a sum that rounding does not explain is named with its column and both values", async () => {
    const [first = {}, second = {}] = ANSWER;
    const proof = await check([{ ...first, cpuCost: 0.03002, totalCost: 0.03802 }, second]);
    expect(findings(proof)).toEqual([
      `source-sums: its "cpu_cost" sums to 0.12000, OpenCost's answer now to 0.12002 (rounding explains 0.00001)`,
      `source-sums: its "total_cost" sums to 0.18400, OpenCost's answer now to 0.18402 (rounding explains 0.00001)`,
    ]);
  });

  test("half a unit of the fifth decimal for each row is explained by rounding", async () => {
    const [first = {}, second = {}] = ANSWER;
    expect(findings(await check([{ ...first, cpuCost: 0.030009 }, second]))).toEqual([]);
  });

  test("another number of rows is told, even if they cost nothing", async () => {
    const free = {
      name: "prod/web///b/app",
      properties: { cluster: "prod", namespace: "web", pod: "b", container: "app" },
    };
    expect(findings(await check([...ANSWER, free]))).toEqual([
      "source-sums: it holds 2 rows, OpenCost now answers 3",
    ]);
  });

  test("rows of OpenCost's other clusters are not summed", async () => {
    const other = ANSWER.map((row) => ({
      ...row,
      properties: { ...Object(row["properties"]), cluster: "b" },
    }));
    expect(findings(await check([...ANSWER, ...other], "prod"))).toEqual([]);
  });

  test("containers that ran and have no row are named", async () => {
    const names = ["a", "b", "c", "d", "e", "f", "g"];
    const running = names.map((pod) => sample({ namespace: "lost", pod, container: "app" }));
    prometheus.set("running containers", running);
    const proof = await check();
    expect(proof.containers?.missing).toHaveLength(7);
    expect(findings(proof)).toEqual([
      "missing-containers: 7 of 7 containers that ran have no row: lost/a/app, lost/b/app, lost/c/app, lost/d/app, lost/e/app and 2 more",
    ]);
  });

  test("costs that Prometheus' data does not give are refused, whatever OpenCost repeats", async () => {
    const wholeNode = { cpuCost: 0.12, ramCost: 0.064, totalCost: 0.184 };
    const { row_kind, hour_start, cluster_arn } = FILE[1] ?? {};
    sink = new MemorySink();
    await commit("allocation", [
      { row_kind, hour_start, cluster_arn, cpu_cost: 0.12, ram_cost: 0.064, total_cost: 0.184 } as Row,
    ]);
    await commit("container", containerRows(TEN, 3));
    const proof = await check([{ name: "__idle__", properties: { cluster: "prod" }, ...wholeNode }]);
    expect(proof.findings.map(({ problem, key }) => [problem, key])).toEqual([
      ["cross-check", "dataset=allocation/v=1/date=2026-11-22/10.parquet"],
      ["cross-check", "dataset=allocation/v=1/date=2026-11-22/10.parquet"],
    ]);
  });

  test("sources that have nothing of the hour any more prove nothing, which is a finding", async () => {
    prometheus = createInstantSource();
    const proof = await check([]);
    expect(proof).toEqual({ hour: TEN, findings: proof.findings });
    expect(findings(proof)).toEqual([
      "no-source-data: OpenCost has nothing of this hour any more: no sum is proved",
      `no-source-data: kube-state-metrics has no running container with job=~"kube-state-metrics" in this hour: no cost is recomputed`,
      `no-source-data: kube-state-metrics has no running container with job=~"kube-state-metrics" in this hour: none is proved to be there`,
    ]);
  });

  test("queries are asked within the hour, and what ends with it at its end", async () => {
    await check();
    const times = new Set(prometheus.asked.map(({ time }) => Math.round((time - TEN) * 1000) / 1000));
    expect([...times].sort()).toEqual([3599.999, 3600]);
    const [cpu] = prometheus.asked.filter(({ id }) => id === "cross-check cpuLarger");
    expect(cpu?.time).toBe(TEN + 3600);
    for (const { promql } of prometheus.asked) expect(promql).not.toContain("$");
  });
});
