import type { Around, TrueRow } from "../../export/differences.ts";
import { seededFraction } from "../history/seed.ts";
import { labelColumnsOf, secondsIn, type RunColumns } from "./expected-row.ts";
import type { ClusterPlan, PodPlan } from "./plan.ts";
import { thereIn, type HourOfLife, type There } from "./within-hour.ts";

const PHASES = ["pending", "running", "succeeded", "failed", "unknown"];
/** By how much Prometheus lengthens a counter that ended: half a scrape, for the whole one that followed its last. */
const MISSED_AT_END = 30;

/** The rows of the dataset `pod`: a row for each uid that lived in the hour. */
export function expectedPods(plan: ClusterPlan, start: number, run: RunColumns): TrueRow[] {
  const bytes = new Map(
    plan.volumes.flatMap((volume) => (volume.claim ? [[volume.claim.name, volume.bytes]] : [])),
  );
  const pods = thereIn(plan.pods, start);
  const named = new Map<string, number>();
  for (const pod of pods) named.set(nameOf(pod), (named.get(nameOf(pod)) ?? 0) + 1);
  return pods.map((pod) => {
    // OpenCost names a pod without its uid: of two of a name it is not known whose the volume was.
    const isOnly = named.get(nameOf(pod)) === 1;
    return {
      ...run,
      ...identity(pod),
      created_at: pod.from * 1000,
      started_at: pod.from * 1000,
      completed_at: null,
      ...secondsIn(PHASES, "running", pod.inHour.shownSeconds),
      status_reason: null,
      network_receive_bytes: network(pod, "receive", pod.inHour),
      network_transmit_bytes: network(pod, "transmit", pod.inHour),
      persistent_volume_claims: pod.claim ?? null,
      persistent_volume_bytes: (isOnly && pod.claim !== undefined && bytes.get(pod.claim)) || null,
      ...labelColumnsOf(pod.labels),
      annotations: null,
    };
  });
}

function nameOf({ namespace, name }: PodPlan): string {
  return `${namespace}/${name}`;
}

function identity({ namespace, name, uid, node, owner, app }: There<PodPlan>): TrueRow {
  const made = { ReplicaSet: "Deployment", Job: "CronJob" } as const;
  const isMade = owner.kind === "ReplicaSet" || owner.kind === "Job";
  return {
    namespace,
    pod: name,
    pod_uid: uid,
    node: node.name,
    owner_kind: owner.kind,
    owner_name: owner.name,
    workload_kind: isMade ? made[owner.kind] : owner.kind,
    workload_name: isMade ? app : owner.name,
    priority_class: null,
    host_network: null,
    qos_class: "Burstable",
  };
}

/** A pod's network goes at one rate all its life, so that only the time after its last scrape is guessed. */
function network(pod: PodPlan, direction: string, { seconds, ends }: HourOfLife): Around | null {
  if (seconds < 120) return null;
  const rate = 500 + 2e5 * seededFraction(pod.uid + direction) ** 4;
  return { value: rate * (seconds - (ends ? MISSED_AT_END : 0)), within: rate / 100 };
}
