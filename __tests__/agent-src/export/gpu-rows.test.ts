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
        info: [named("GPU-1", { node: "gpu-node", DCGM_FI_DRIVER_VERSION: "535.183.01" })],
        capacity: [sample({}, 2)],
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

  test("with more GPUs than were told of says so, and names series without a GPU", async () => {
    const { rows, summary } = await read(
      source({
        capacity: [sample({}, 8)],
        sample_count: [sample(idle("GPU-1"), 60), sample({ gpu: "0" }, 60)],
      }),
    );
    expect(rows).toHaveLength(1);
    expect(summary.warnings).toEqual([
      "dcgm-exporter told of 1 GPUs while the nodes have 8 by kube_node_status_capacity: let it run on every node with GPUs, and Prometheus scrape each of its pods",
      "1 series of DCGM metrics have no label UUID and were left out",
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
