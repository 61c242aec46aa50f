import type { TrueRow } from "../../export/differences.ts";
import { labelColumnsOf, secondsIn, type RunColumns } from "./expected-row.ts";
import type { AppPlan, ClusterPlan } from "./plan.ts";
import { thereIn } from "./within-hour.ts";

const HOUR = 3600;
const KINDS = {
  deployment: "Deployment",
  statefulset: "StatefulSet",
  daemonset: "DaemonSet",
  job: "CronJob",
} as const;

/** The rows of the dataset `workload`: controllers are there all the time, a job as long as its pod. */
export function expectedWorkloads(plan: ClusterPlan, start: number, run: RunColumns): TrueRow[] {
  const jobs = thereIn(plan.pods, start).filter(({ owner }) => owner.kind === "Job");
  return [
    ...plan.apps.map((app) => ({
      ...run,
      ...NOTHING,
      kind: KINDS[app.controller],
      namespace: app.namespace,
      name: app.name,
      ...(app.controller === "job" ? { schedule: "*/5 * * * *" } : replicas(app, plan)),
    })),
    ...jobs.map(({ namespace, owner, app }) => ({
      ...run,
      ...NOTHING,
      kind: "Job",
      namespace,
      name: owner.name,
      owner_kind: "CronJob",
      owner_name: app,
      active_pods_max: 1,
      failed_pods: 0,
      succeeded_pods: 0,
    })),
  ];
}

const NOTHING: TrueRow = {
  owner_kind: null,
  owner_name: null,
  replicas_wanted_avg: null,
  replicas_wanted_max: null,
  replicas_available_avg: null,
  replicas_available_min: null,
  active_pods_max: null,
  failed_pods: null,
  failed_reason: null,
  succeeded_pods: null,
  schedule: null,
};

function replicas({ namespace, name }: AppPlan, { pods, from }: ClusterPlan): TrueRow {
  const first = pods.filter((pod) => pod.namespace === namespace && pod.app === name && pod.from === from);
  const count = Math.max(1, first.length);
  return {
    replicas_wanted_avg: count,
    replicas_wanted_max: count,
    replicas_available_avg: count,
    replicas_available_min: count,
  };
}

/** The rows of the dataset `namespace`. */
export function expectedNamespaces(plan: ClusterPlan, _: number, run: RunColumns): TrueRow[] {
  return plan.namespaces.map((namespace) => ({
    ...run,
    namespace,
    created_at: plan.from * 1000,
    ...secondsIn(["active", "terminating"], "active", HOUR),
    ...labelColumnsOf({
      "kubernetes.io/metadata.name": namespace,
      "example.com/team": `team-${namespace}`,
    }),
    annotations: null,
  }));
}

/** The rows of the dataset `persistent_volume`. */
export function expectedVolumes(plan: ClusterPlan, _: number, run: RunColumns): TrueRow[] {
  const phases = ["bound", "available", "released", "pending", "failed"];
  return plan.volumes.map(({ name, volumeId, bytes, claim, pricePerGibHour }) => ({
    ...run,
    persistent_volume: name,
    storage_class: "gp3",
    ebs_volume_id: volumeId,
    csi_driver: "ebs.csi.aws.com",
    capacity_bytes: bytes,
    claim_namespace: claim?.namespace ?? null,
    claim_name: claim?.name ?? null,
    ...secondsIn(phases, claim ? "bound" : "available", HOUR),
    gib_hourly_cost: pricePerGibHour,
    labels: null,
    labels_source: null,
  }));
}

/** The rows of the dataset `persistent_volume_claim`: a third of a mounted one is used. */
export function expectedClaims(plan: ClusterPlan, _: number, run: RunColumns): TrueRow[] {
  const mounted = new Set(plan.pods.map(({ claim }) => claim));
  return plan.volumes.flatMap(({ name, bytes, claim }) => {
    if (!claim) return [];
    const isMounted = mounted.has(claim.name);
    return [
      {
        ...run,
        namespace: claim.namespace,
        persistent_volume_claim: claim.name,
        persistent_volume: name,
        storage_class: "gp3",
        volume_mode: null,
        requested_bytes: bytes,
        used_bytes_avg: isMounted ? bytes / 3 : null,
        used_bytes_max: isMounted ? bytes / 3 : null,
        file_system_bytes: isMounted ? bytes : null,
        ...secondsIn(["bound", "pending", "lost"], "bound", HOUR),
        labels: null,
        labels_source: null,
      },
    ];
  });
}
