import { describe, expect, test } from "@jest/globals";
import { openEntities } from "../../../agent-src/export/entity-rows.ts";
import { UntrustedAnswerError } from "../../../agent-src/export/errors.ts";
import type { HourSummary } from "../../../agent-src/export/hour-source.ts";
import { createObjectLabels, type MetadataSource } from "../../../agent-src/export/labels/cluster-labels.ts";
import { createLabelFilter } from "../../../agent-src/export/labels/label-filter.ts";
import { DEFAULT_LABEL_SETTINGS } from "../../../agent-src/export/labels/label-settings.ts";
import type { Dataset, Row } from "../../../contract/datasets/column.ts";
import { namespace } from "../../../contract/datasets/namespace.ts";
import { node } from "../../../contract/datasets/node.ts";
import { persistentVolumeClaim } from "../../../contract/datasets/persistent-volume-claim.ts";
import { persistentVolume } from "../../../contract/datasets/persistent-volume.ts";
import { pod } from "../../../contract/datasets/pod.ts";
import { scrapeHealth } from "../../../contract/datasets/scrape-health.ts";
import { workload } from "../../../contract/datasets/workload.ts";
import { createInstantSource, sample } from "../../fakes/fake-instant-source.ts";

const HOUR = 1795341600;
const ARN = "arn:aws:eks:us-east-1:123456789012:cluster/lab";
const UID = { one: "11111111-1111-4111-8111-111111111111", two: "22222222-2222-4222-8222-222222222222" };
const THERE = { presence: [sample({}, 3600)] };

type Answers = Parameters<typeof createInstantSource>[0];

async function read(
  dataset: Dataset,
  answers: Answers,
  source?: MetadataSource,
): Promise<{ rows: Row[]; summary: HourSummary }> {
  const settings = { ...DEFAULT_LABEL_SETTINGS, hashKey: "key" };
  const labels = createObjectLabels({
    filter: createLabelFilter(settings),

    ...(source ? { source } : {}),
  });
  const open = openEntities(dataset, {
    prometheus: createInstantSource(answers),
    versions: async () => ({ prometheus: "2.42.0" }),
    jobs: { kubeStateMetricsJob: "kube-state-metrics" },
    clusterArn: ARN,
    labels,
  });
  const answer = open(HOUR, new AbortController().signal);
  const rows: Row[] = [];
  for await (const row of answer.rows) rows.push(row);
  return { rows, summary: answer.summary() };
}

/** Without the columns that are null: what the answers filled. */
function filled(row: Row | undefined): Row {
  return Object.fromEntries(
    Object.entries(row ?? {}).filter(([name, value]) => value !== null && name !== "cluster_arn"),
  );
}

describe("a pod", () => {
  const shop = { namespace: "web", pod: "shop-0", uid: UID.one };

  test("has its owner's owner as workload, its phases in seconds, its network and its claims", async () => {
    const { rows, summary } = await read(pod, {
      ...THERE,
      info: [
        sample({ ...shop, node: "", priority_class: "", host_network: "false" }),
        sample({ ...shop, node: "n1", priority_class: "", host_network: "false" }),
      ],
      owner: [sample({ ...shop, owner_kind: "ReplicaSet", owner_name: "shop-7f" })],
      replicaset_owner: [
        sample({ namespace: "web", replicaset: "shop-7f", owner_kind: "Deployment", owner_name: "shop" }),
        sample({ namespace: "dev", replicaset: "shop-7f", owner_kind: "Deployment", owner_name: "other" }),
      ],
      created: [sample(shop, 1795300000)],
      phase: [sample({ ...shop, phase: "Running" }, 3000), sample({ ...shop, phase: "Pending" }, 600)],
      network_receive: [
        sample({ namespace: "web", pod: "shop-0", id: `/kubepods/pod${UID.one}/a` }, 100),
        sample({ namespace: "web", pod: "shop-0", id: `/kubepods/pod${UID.one}/b` }, 20),
      ],
      claims: [
        sample({ ...shop, persistentvolumeclaim: "logs" }),
        sample({ ...shop, persistentvolumeclaim: "data" }),
      ],
      volume_bytes: [sample({ namespace: "web", pod: "shop-0" }, 2e9)],
      labels: [sample({ ...shop, label_team: "a", job: "kube-state-metrics" })],
    });
    expect(rows.map(filled)).toEqual([
      {
        hour_start: HOUR * 1000,
        namespace: "web",
        pod: "shop-0",
        pod_uid: UID.one,
        node: "n1",
        owner_kind: "ReplicaSet",
        owner_name: "shop-7f",
        workload_kind: "Deployment",
        workload_name: "shop",
        host_network: "false",
        created_at: 1795300000000,
        pending_seconds: 600,
        running_seconds: 3000,
        succeeded_seconds: 0,
        failed_seconds: 0,
        unknown_seconds: 0,
        network_receive_bytes: 120,
        persistent_volume_claims: "data,logs",
        persistent_volume_bytes: 2e9,
        labels: '{"team":"a"}',
        labels_source: "kube-state-metrics",
      },
    ]);
    expect(summary.queries).toEqual({ expected: pod.queries.length, answered: pod.queries.length });
  });

  test("of a name that was used again is a row for each UID, and the name alone gives neither a value", async () => {
    const { rows } = await read(pod, {
      ...THERE,
      info: [sample({ ...shop, node: "n1" }), sample({ ...shop, uid: UID.two, node: "n2" })],
      volume_bytes: [sample({ namespace: "web", pod: "shop-0" }, 2e9)],
      network_transmit: [sample({ namespace: "web", pod: "shop-0", id: `/kubepods/pod${UID.two}/a` }, 7)],
    });
    expect(rows.map((row) => [row["pod_uid"], row["node"], row["network_transmit_bytes"]])).toEqual([
      [UID.one, "n1", null],
      [UID.two, "n2", 7],
    ]);
    expect(rows.map((row) => row["persistent_volume_bytes"])).toEqual([null, null]);
  });

  test("that two kube-state-metrics report is one row, and the manifest says so", async () => {
    const twice = [sample({ ...shop, node: "n1" }), sample({ ...shop, node: "n1" })];
    const { rows, summary } = await read(pod, { ...THERE, info: twice, copies: [sample({}, 2)] });
    expect(rows).toHaveLength(1);
    expect(summary.warnings).toContainEqual(expect.stringMatching(/^the same pods are reported 2 times: /));
    const alone = await read(pod, { ...THERE, info: twice, copies: [sample({}, 1)] });
    expect(alone.summary.warnings.join()).not.toContain("reported");
  });

  test("without an owner is its own workload; of a Job, the CronJob is", async () => {
    const job = { namespace: "web", pod: "tick-1-x", uid: UID.two };
    const { rows } = await read(pod, {
      ...THERE,
      info: [sample(shop), sample(job)],
      owner: [
        sample({ ...shop, owner_kind: "<none>", owner_name: "<none>" }),
        sample({ ...job, owner_kind: "Job", owner_name: "tick-1" }),
      ],
      job_owner: [
        sample({ namespace: "web", job_name: "tick-1", owner_kind: "CronJob", owner_name: "tick" }),
      ],
    });
    expect(rows.map((row) => [row["workload_kind"], row["workload_name"]])).toEqual([
      ["Pod", "shop-0"],
      ["CronJob", "tick"],
    ]);
  });

  test("has its labels' own keys where the Kubernetes API has the same pod, by its UID", async () => {
    const source: MetadataSource = {
      has: (kind) => kind === "Pod",
      async *list() {
        const labels = { "app.kubernetes.io/name": "shop" };
        yield { namespace: "web", name: "shop-0", uid: UID.two, labels, annotations: {} };
      },
    };
    const { rows } = await read(
      pod,
      {
        ...THERE,
        info: [sample(shop), sample({ ...shop, uid: UID.two })],
        labels: [sample({ ...shop, label_app_kubernetes_io_name: "shop" })],
      },
      source,
    );
    expect(rows.map((row) => [row["labels"], row["labels_source"]])).toEqual([
      ['{"app_kubernetes_io_name":"shop"}', "kube-state-metrics"],
      ['{"app.kubernetes.io/name":"shop"}', "kubernetes"],
    ]);
  });
});

describe("a node", () => {
  const info = { node: "n1", provider_id: "aws:///eu-west-1b/i-0123", kubelet_version: "v1.34.1" };

  test("has machine, zone, capacity, conditions and prices", async () => {
    const { rows } = await read(node, {
      ...THERE,
      info: [sample(info)],
      capacity: [
        sample({ node: "n1", resource: "cpu" }, 8),
        sample({ node: "n1", resource: "memory" }, 32e9),
      ],
      conditions: [
        sample({ node: "n1", condition: "Ready" }, 3540),
        sample({ node: "n1", condition: "DiskPressure" }, 60),
      ],
      total_hourly_cost: [sample({ node: "n1", instance_type: "m5.2xlarge", region: "eu-west-1" }, 0.4)],
      labels: [sample({ node: "n1", label_eks_amazonaws_com_capacity_type: "SPOT" })],
    });
    expect(filled(rows[0])).toMatchObject({
      provider_id: "aws:///eu-west-1b/i-0123",
      instance_id: "i-0123",
      zone: "eu-west-1b",
      region: "eu-west-1",
      instance_type: "m5.2xlarge",
      capacity_type: "spot",
      capacity_cpu_cores: 8,
      capacity_memory_bytes: 32e9,
      ready_seconds: 3540,
      disk_pressure_seconds: 60,
      memory_pressure_seconds: 0,
      hourly_cost: 0.4,
    });
  });

  test("is bought as its labels say, else as OpenCost prices it, else in a way that is not known", async () => {
    const nodes = ["spot", "priced", "unknown"].map((name) => sample({ node: name }));
    const { rows } = await read(node, {
      ...THERE,
      info: nodes,
      spot: [sample({ node: "spot" })],
      total_hourly_cost: [sample({ node: "spot" }, 0.1), sample({ node: "priced" }, 0.4)],
    });
    expect(rows.map((row) => [row["node"], row["capacity_type"]])).toEqual([
      ["priced", "on-demand"],
      ["spot", "spot"],
      ["unknown", null],
    ]);
  });

  test("that only OpenCost still prices is no row", async () => {
    const { rows } = await read(node, {
      ...THERE,
      info: [sample(info)],
      total_hourly_cost: [sample({ node: "gone" }, 0.4)],
    });
    expect(rows.map((row) => row["node"])).toEqual(["n1"]);
  });

  test("has null, not 0, for conditions that nobody reports", async () => {
    const { rows, summary } = await read(node, { ...THERE, info: [sample(info)] });
    expect(rows[0]?.["ready_seconds"]).toBeNull();
    expect(summary.warnings).toContainEqual(
      expect.stringMatching(/^"kube_node_status_condition" has no series in the hour: ready_seconds, /),
    );
  });
});

describe("other objects", () => {
  test("workloads of each kind are in one table, each with its own figures", async () => {
    const job = { namespace: "web", job_name: "tick-1" };
    const { rows } = await read(workload, {
      ...THERE,
      deployment_wanted_avg: [sample({ namespace: "web", deployment: "shop" }, 2.5)],
      deployment_available_min: [sample({ namespace: "web", deployment: "shop" }, 1)],
      daemonset_wanted_avg: [sample({ namespace: "web", daemonset: "shop" }, 3)],
      job_failed: [sample(job, 2)],
      job_failed_reason: [sample({ ...job, reason: "BackoffLimitExceeded" }, 2)],
      job_owner: [sample({ ...job, owner_kind: "CronJob", owner_name: "tick" })],
      cronjob_info: [sample({ namespace: "web", cronjob: "tick", schedule: "*/5 * * * *" })],
    });
    expect(rows.map(filled).map(({ hour_start: _, ...row }) => row)).toEqual([
      { kind: "CronJob", namespace: "web", name: "tick", schedule: "*/5 * * * *" },
      { kind: "DaemonSet", namespace: "web", name: "shop", replicas_wanted_avg: 3 },
      {
        kind: "Deployment",
        namespace: "web",
        name: "shop",
        replicas_wanted_avg: 2.5,
        replicas_available_min: 1,
      },
      {
        kind: "Job",
        namespace: "web",
        name: "tick-1",
        owner_kind: "CronJob",
        owner_name: "tick",
        failed_pods: 2,
        failed_reason: "BackoffLimitExceeded",
      },
    ]);
  });

  test.each([
    ["in-tree", { ebs_volume_id: "vol-1" }, undefined, "vol-1"],
    ["by the CSI driver", { csi_driver: "ebs.csi.aws.com", csi_volume_handle: "vol-2" }, undefined, "vol-2"],
    ["by another CSI driver", { csi_driver: "efs.csi.aws.com", csi_volume_handle: "fs-2" }, undefined, null],
    ["by OpenCost", {}, "vol-3", "vol-3"],
    ["not on EBS", {}, "projects/p/disks/d", null],
  ])("a volume %s has its EBS id or none", async (_, labels, provider, expected) => {
    const named = { persistentvolume: "pv" };
    const { rows } = await read(persistentVolume, {
      ...THERE,
      info: [sample({ ...named, ...labels })],
      ...(provider === undefined ? {} : { provider: [sample({ ...named, provider_id: provider })] }),
    });
    expect(rows[0]?.["ebs_volume_id"]).toBe(expected);
  });

  test("a claim has what it asks for and what is used of it", async () => {
    const claim = { namespace: "web", persistentvolumeclaim: "data" };
    const { rows } = await read(persistentVolumeClaim, {
      ...THERE,
      info: [sample({ ...claim, storageclass: "gp3", volumename: "pv" })],
      requested: [sample(claim, 2e9)],
      used_avg: [sample(claim, 1e9)],
      phase: [sample({ ...claim, phase: "Bound" }, 3600)],
    });
    expect(filled(rows[0])).toMatchObject({
      persistent_volume_claim: "data",
      persistent_volume: "pv",
      storage_class: "gp3",
      requested_bytes: 2e9,
      used_bytes_avg: 1e9,
      bound_seconds: 3600,
      lost_seconds: 0,
    });
  });

  test("a cluster without volumes has an hour without rows", async () => {
    const { rows } = await read(persistentVolume, THERE);
    expect(rows).toEqual([]);
  });

  test("a namespace has seconds in each phase", async () => {
    const { rows } = await read(namespace, {
      ...THERE,
      phase: [
        sample({ namespace: "web", phase: "Active" }, 1800),
        sample({ namespace: "web", phase: "Terminating" }, 1800),
      ],
    });
    expect(filled(rows[0])).toMatchObject({
      namespace: "web",
      active_seconds: 1800,
      terminating_seconds: 1800,
    });
  });

  test("a target that was down is a row, too", async () => {
    const target = { job: "opencost", instance: "10.0.0.1:9003" };
    const { rows } = await read(scrapeHealth, {
      scrapes: [sample(target, 60)],
      up_ratio: [sample(target, 0)],
    });
    expect(rows.map(filled)).toEqual([{ hour_start: HOUR * 1000, ...target, scrapes: 60, up_ratio: 0 }]);
  });
});

describe("an hour about which nothing is known is refused", () => {
  test("where kube-state-metrics was never there", async () => {
    const refusal = read(persistentVolume, { hourly_cost: [sample({ persistentvolume: "pv" }, 0.1)] });
    await expect(refusal).rejects.toThrow(UntrustedAnswerError);
    await expect(refusal).rejects.toThrow(
      'Prometheus has no series "kube_pod_info" with job=~"kube-state-metrics" in the hour 2026-11-22T10:00:00Z; name kube-state-metrics\' job with --kube-state-metrics-job, and check that Prometheus still has data for that hour',
    );
  });

  test("where Prometheus scraped nothing", async () => {
    await expect(read(scrapeHealth, {})).rejects.toThrow(
      'Prometheus has no series "up" in the hour 2026-11-22T10:00:00Z; check that Prometheus still has data for that hour',
    );
  });

  test("but where it was there for a part of it, the manifest says so", async () => {
    const { summary } = await read(namespace, {
      presence: [sample({}, 1200)],
      phase: [sample({ namespace: "web", phase: "Active" }, 1200)],
      created: [sample({ namespace: "web" }, 1)],
    });
    expect(summary.warnings).toContain(
      "kube-state-metrics was there for 20 of the hour's 60 minutes: Prometheus or kube-state-metrics was down, not yet installed, or has deleted the rest",
    );
  });
});
