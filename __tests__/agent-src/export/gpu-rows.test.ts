import { describe, expect, test } from "@jest/globals";
import { UntrustedAnswerError } from "../../../agent-src/export/errors.ts";
import { openGpu } from "../../../agent-src/export/gpu-rows.ts";
import type { HourSummary } from "../../../agent-src/export/hour-source.ts";
import type { Row } from "../../../contract/datasets/column.ts";
import { gpu } from "../../../contract/datasets/gpu.ts";
import { createInstantSource, sample, type FakeInstantSource } from "../../fakes/fake-instant-source.ts";
import { CLUSTER_ARN, TEN } from "../../fakes/hours.ts";

const UID = "11111111-1111-4111-8111-111111111111";
const JOBS = { kubeStateMetricsJob: "kube-state-metrics" };

/** Labels as dcgm-exporter has them, idle or with a workload. */
const idle = (UUID: string) => ({ UUID });
const busy = (UUID: string, pod: string, more: Readonly<Record<string, string>> = {}) => ({
  UUID,
  namespace: "ml",
  pod,
  container: "cuda",
  ...more,
});
const named = (UUID: string, more: Readonly<Record<string, string>> = {}) =>
  sample({ UUID, modelName: "NVIDIA A10G", Hostname: "ip-10-0-0-19", device: "nvidia0", ...more });

/** A cluster with one pod `train-0`. */
function source(answers: Readonly<Record<string, readonly ReturnType<typeof sample>[]>>): FakeInstantSource {
  const pods = [sample({ namespace: "ml", pod: "train-0", uid: UID, node: "gpu-node" })];
  return createInstantSource({ pod_info: pods, ...answers });
}

async function read(prometheus: FakeInstantSource): Promise<{ rows: Row[]; summary: HourSummary }> {
  const versions = async (): Promise<Record<string, string>> => ({ prometheus: "2.42.0" });
  const answer = openGpu({ prometheus, versions, jobs: JOBS, clusterArn: CLUSTER_ARN })(
    TEN,
    new AbortController().signal,
  );
  const rows: Row[] = [];
  for await (const row of answer.rows) rows.push(row);
  return { rows, summary: answer.summary() };
}

describe("the rows of GPUs", () => {
  test("are one for each workload, and one for the time in which the GPU had none", async () => {
    const { rows, summary } = await read(
      source({
        sample_count: [
          sample(busy("GPU-1", "train-0"), 20),
          sample(idle("GPU-1"), 40),
          sample(idle("GPU-2"), 60),
        ],
        observed_seconds: [sample(busy("GPU-1", "train-0"), 1200), sample(idle("GPU-1"), 2400)],
        utilization_ratio_avg: [sample(busy("GPU-1", "train-0"), 0.9), sample(idle("GPU-1"), 0)],
        energy_joules: [sample(busy("GPU-1", "train-0"), 180_000)],
        info: [
          named("GPU-1", { node: "gpu-node", DCGM_FI_DRIVER_VERSION: "535.183.01" }),
          named("GPU-2", { node: "gpu-node" }),
        ],
        capacity: [sample({ node: "gpu-node" }, 2)],
      }),
    );
    expect(
      rows.map((row) => [row["gpu_uuid"], row["pod"], row["observed_seconds"], row["workload_count"]]),
    ).toEqual([
      ["GPU-1", null, 2400, 1],
      ["GPU-1", "train-0", 1200, 1],
      ["GPU-2", null, null, 0],
    ]);
    expect(rows[1]).toMatchObject({
      hour_start: TEN * 1000,
      cluster_arn: CLUSTER_ARN,
      mig_id: null,
      namespace: "ml",
      container: "cuda",
      pod_uid: UID,
      node: "gpu-node",
      model: "NVIDIA A10G",
      device: "nvidia0",
      driver_version: "535.183.01",
      sample_count: 20,
      utilization_ratio_avg: 0.9,
      energy_joules: 180_000,
      sm_active_ratio_avg: null,
    });
    expect(rows[0]).toMatchObject({ model: "NVIDIA A10G", utilization_ratio_avg: 0, pod_uid: null });
    expect(summary).toEqual({
      queries: { expected: gpu.queries.length, answered: gpu.queries.length },
      sources: { prometheus: "2.42.0" },
      warnings: [],
    });
  });

  test("tell MIG instances of one GPU apart, with the profile of each", async () => {
    const { rows } = await read(
      source({
        sample_count: [
          sample({ ...busy("GPU-1", "b"), GPU_I_ID: "2" }, 60),
          sample({ ...busy("GPU-1", "a"), GPU_I_ID: "1" }, 60),
        ],
        info: [
          named("GPU-1", { GPU_I_ID: "1", GPU_I_PROFILE: "1g.5gb" }),
          named("GPU-1", { GPU_I_ID: "2", GPU_I_PROFILE: "2g.10gb" }),
        ],
      }),
    );
    expect(rows.map((row) => [row["mig_id"], row["mig_profile"], row["pod"], row["workload_count"]])).toEqual(
      [
        ["1", "1g.5gb", "a", 1],
        ["2", "2g.10gb", "b", 1],
      ],
    );
  });

  test("show a time-sliced GPU once for each container that shares it, and how many those are", async () => {
    const { rows } = await read(
      source({ sample_count: [sample(busy("GPU-1", "b"), 60), sample(busy("GPU-1", "a"), 60)] }),
    );
    expect(rows.map((row) => [row["pod"], row["workload_count"]])).toEqual([
      ["a", 2],
      ["b", 2],
    ]);
  });

  test("take the workload's labels where the scrape has renamed them; the exporter's own are no workload", async () => {
    const target = { namespace: "monitoring", pod: "dcgm-exporter-x", container: "exporter" };
    const own = { exported_namespace: "ml", exported_pod: "train-0", exported_container: "cuda" };
    const { rows } = await read(
      source({
        sample_count: [
          sample({ UUID: "GPU-1", ...target, ...own }, 60),
          sample({ UUID: "GPU-2", ...target }, 60),
        ],
        engine_active_ratio_max: [sample({ UUID: "GPU-2", ...target }, 0)],
      }),
    );
    expect(rows.map((row) => [row["gpu_uuid"], row["namespace"], row["pod"], row["container"]])).toEqual([
      ["GPU-1", "ml", "train-0", "cuda"],
      ["GPU-2", null, null, null],
    ]);
    expect(rows[1]?.["engine_active_ratio_max"]).toBe(0);
  });

  describe("that are idle", () => {
    const exporterOn = (node: string) => ({
      namespace: "gpu-operator",
      pod: `nvidia-dcgm-exporter-${node}`,
      container: "nvidia-dcgm-exporter",
    });
    const idleOn = (node: string, UUID: string, count = 60) => sample({ UUID, ...exporterOn(node) }, count);
    const workloads = (rows: Row[]) =>
      rows.map((row) => [row["gpu_uuid"], row["pod"], row["workload_count"]]);

    test("have no workload although the scrape gives each series its exporter's pod, all night", async () => {
      const { rows } = await read(
        source({ sample_count: [idleOn("n1", "GPU-1"), idleOn("n1", "GPU-2"), idleOn("n2", "GPU-3")] }),
      );
      expect(workloads(rows)).toEqual([
        ["GPU-1", null, 0],
        ["GPU-2", null, 0],
        ["GPU-3", null, 0],
      ]);
      expect(rows[0]).toMatchObject({ namespace: null, container: null, pod_uid: null });
    });

    test("have none on a node with a single GPU, and are on the exporter's node", async () => {
      const exporter = exporterOn("n1");
      const { rows } = await read(
        source({
          pod_info: [sample({ namespace: exporter.namespace, pod: exporter.pod, uid: UID, node: "n1" })],
          sample_count: [idleOn("n1", "GPU-1")],
          info: [sample({ UUID: "GPU-1", Hostname: exporter.pod })],
        }),
      );
      expect(workloads(rows)).toEqual([["GPU-1", null, 0]]);
      expect(rows[0]).toMatchObject({ node: "n1", pod_uid: null });
    });

    test("have none beside a busy one, be the workload's labels renamed or honored", async () => {
      const others = ["GPU-2", "GPU-3", "GPU-4"].map((uuid) => idleOn("n1", uuid));
      const own = { exported_namespace: "ml", exported_pod: "train-0", exported_container: "cuda" };
      const renamed = sample({ UUID: "GPU-1", ...exporterOn("n1"), ...own }, 60);
      for (const busyOne of [renamed, sample(busy("GPU-1", "train-0"), 60)]) {
        const { rows } = await read(source({ sample_count: [busyOne, ...others] }));
        expect(workloads(rows)).toEqual([
          ["GPU-1", "train-0", 1],
          ["GPU-2", null, 0],
          ["GPU-3", null, 0],
          ["GPU-4", null, 0],
        ]);
      }
    });

    test("are no workload of NVIDIA's images or load generator: those have one", async () => {
      const { rows } = await read(
        source({
          sample_count: [
            sample(busy("GPU-1", "nvidia-triton-0"), 60),
            sample(busy("GPU-2", "dcgmproftester-x"), 60),
          ],
        }),
      );
      expect(workloads(rows)).toEqual([
        ["GPU-1", "nvidia-triton-0", 1],
        ["GPU-2", "dcgmproftester-x", 1],
      ]);
    });

    test("have means of all scrapes when the exporter was replaced within the hour", async () => {
      const of = (node: string, value: number) => sample({ UUID: "GPU-1", ...exporterOn(node) }, value);
      const { rows } = await read(
        source({
          sample_count: [of("a", 55), of("b", 5)],
          engine_active_ratio_avg: [of("a", 0.1), of("b", 0.9)],
          engine_active_ratio_max: [of("a", 0.1), of("b", 0.9)],
        }),
      );
      expect(rows).toHaveLength(1);
      expect(rows[0]).toMatchObject({ sample_count: 60, engine_active_ratio_max: 0.9 });
      expect(rows[0]?.["engine_active_ratio_avg"]).toBeCloseTo(10 / 60, 12);
    });
  });

  test("have an energy that is the whole GPU's on each of them, so that the manifest has no sum of it", () => {
    expect(gpu.totals).toEqual(["observed_seconds", "sample_count"]);
  });

  test("name the node by label, by the pod, else by the exporter's host name", async () => {
    const { rows } = await read(
      source({
        sample_count: [
          sample(busy("GPU-1", "train-0"), 60),
          sample(idle("GPU-2"), 60),
          sample(idle("GPU-3"), 60),
        ],
        info: [named("GPU-1"), named("GPU-2"), named("GPU-3", { node: "n3" })],
      }),
    );
    expect(rows.map((row) => row["node"])).toEqual(["gpu-node", "ip-10-0-0-19", "n3"]);
  });
});

describe("an hour", () => {
  test("without GPUs has no rows, and says nothing", async () => {
    const { rows, summary } = await read(source({}));
    expect(rows).toEqual([]);
    expect(summary.warnings).toEqual([]);
  });

  const capacity = [sample({ node: "gpu-node" }, 8), sample({ node: "n2" }, 1), sample({ node: "n3" }, 0)];
  const TOLD_OF_N2 =
    "dcgm-exporter told of no GPU on 1 of 2 nodes that have GPUs by kube_node_status_capacity: n2; let it run on every node with GPUs, and Prometheus scrape each of its pods";

  test("in which a node with GPUs told of none says so, and names series without a GPU", async () => {
    const { rows, summary } = await read(
      source({
        capacity,
        sample_count: [sample(idle("GPU-1"), 60), sample({ gpu: "0" }, 60)],
        info: [named("GPU-1", { node: "gpu-node" })],
      }),
    );
    expect(rows).toHaveLength(1);
    expect(summary.warnings).toEqual([
      TOLD_OF_N2,
      "1 series of DCGM metrics have no label UUID and were left out",
    ]);
  });

  test("with more slices of a GPU than GPUs says nothing, as a capacity counts slices", async () => {
    const { summary } = await read(
      source({
        capacity: [sample({ node: "gpu-node" }, 8)],
        sample_count: [sample(idle("GPU-1"), 60)],
        info: [named("GPU-1", { node: "gpu-node" })],
      }),
    );
    expect(summary.warnings).toEqual([]);
  });

  test("whose GPUs are on nodes of unknown names only says when none was seen at all", async () => {
    const info = [named("GPU-1", { Hostname: "dcgm-exporter-x" })];
    const some = await read(source({ capacity, sample_count: [sample(idle("GPU-1"), 60)], info }));
    expect(some.summary.warnings).toEqual([]);
    const none = await read(source({ capacity }));
    expect(none.summary.warnings).toEqual([
      TOLD_OF_N2.replace("1 of 2", "2 of 2").replace(": n2", ": gpu-node, n2"),
    ]);
  });

  test("of which kube-state-metrics knows nothing is no hour without GPUs", async () => {
    const reading = read(createInstantSource({}));
    await expect(reading).rejects.toThrow(UntrustedAnswerError);
    await expect(reading).rejects.toThrow(
      /^Prometheus has no series "kube_pod_info" with job=~"kube-state-metrics" in/,
    );
  });
});
