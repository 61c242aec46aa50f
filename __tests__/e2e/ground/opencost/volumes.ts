import { hoursOf, type Allocation, type VolumeShare } from "./allocation.ts";
import { podKey, presence, type Pods } from "./containers.ts";
import type { History } from "./history.ts";
import { averageOverTime, type Span } from "./promql.ts";
import type { UnmountedRows } from "./unmounted.ts";

const GIB = 1024 ** 3;

interface Volume extends Span {
  readonly name: string;
  bytes: number;
  costPerGibHour: number;
  providerID: string;
}

interface Claim extends Span {
  readonly namespace: string;
  readonly name: string;
  readonly volume: Volume;
  bytes: number;
  /** Keys of the pods that mount it. */
  readonly pods: string[];
}

/**
 * Shares the volumes out: to the containers of the pods that mount a claim, what no pod mounted to the row of the
 * claim's namespace, and volumes without a claim to the row of the cluster.
 */
export function applyVolumes(history: History, window: Span, pods: Pods, unmounted: UnmountedRows): void {
  const volumes = readVolumes(history, window);
  const claims = readClaims(history, window, volumes, pods);
  for (const claim of claims) {
    const row = (): Allocation => unmounted.ofNamespace(claim.namespace);
    if (claim.pods.length === 0) addShare(row(), claim.volume, claim.volume.bytes, hoursOf(claim.volume), "");
    else shareClaim(claim, pods, row);
  }
  const claimed = new Set(claims.map(({ volume }) => volume));
  for (const volume of volumes.values()) {
    if (!claimed.has(volume)) addShare(unmounted.ofCluster(), volume, volume.bytes, hoursOf(volume), "");
  }
}

function shareClaim(claim: Claim, pods: Pods, unmounted: () => Allocation): void {
  const { volume, bytes } = claim;
  const shares = coefficients(claim, pods);
  for (const [key, coefficient] of shares) {
    const pod = pods.get(key);
    if (!pod) {
      const row = unmounted();
      addShare(row, volume, bytes, hoursOf(row) * coefficient, volume.providerID);
      continue;
    }
    // The pod's hours and its share of the claim's time are both applied: a pod that lived for two thirds of the
    // claim's time pays four ninths of it. It is OpenCost's own rule.
    const hours = (hoursOf(pod) * coefficient) / pod.containers.size;
    for (const container of pod.containers.values())
      addShare(container, volume, bytes, hours, volume.providerID);
  }
}

/** The part of the claim's time that each pod pays; under the empty key what nobody mounted. */
function coefficients(claim: Claim, pods: Pods): Map<string, number> {
  const mounts = claim.pods.flatMap((key) => {
    const pod = pods.get(key);
    return pod ? [{ key, start: Math.max(pod.start, claim.start), end: Math.min(pod.end, claim.end) }] : [];
  });
  const edges = [claim.start, claim.end, ...mounts.flatMap(({ start, end }) => [start, end])];
  const times = [...new Set(edges)].sort((a, b) => a - b);
  const shares = new Map<string, number>();
  for (const [at, start] of times.slice(0, -1).entries()) {
    const end = times[at + 1] ?? start;
    const active = mounts.filter((mount) => mount.start <= start && mount.end >= end);
    const part = (end - start) / (claim.end - claim.start);
    for (const key of active.length > 0 ? active.map((mount) => mount.key) : [""])
      shares.set(key, (shares.get(key) ?? 0) + part / Math.max(1, active.length));
  }
  return shares;
}

function addShare(to: Allocation, volume: Volume, bytes: number, hours: number, providerID: string): void {
  const share: VolumeShare = to.volumes.get(volume.name) ?? { byteHours: 0, cost: 0, providerID };
  share.byteHours += bytes * hours;
  share.cost += volume.costPerGibHour * (bytes / GIB) * hours;
  to.volumes.set(volume.name, share);
}

function readVolumes(history: History, window: Span): Map<string, Volume> {
  const volumes = new Map<string, Volume>();
  for (const series of history.series("kube_persistentvolume_capacity_bytes")) {
    const seen = presence(series, window);
    const { persistentvolume: name = "" } = series.labels;
    const bytes = averageOverTime(series, window);
    if (seen && bytes !== undefined)
      volumes.set(name, { ...seen, name, bytes, costPerGibHour: 0, providerID: "" });
  }
  for (const series of history.series("pv_hourly_cost")) {
    const volume = volumes.get(series.labels["volumename"] ?? "");
    const cost = averageOverTime(series, window);
    if (volume && cost !== undefined) volume.costPerGibHour = cost;
  }
  for (const series of history.series("kubecost_pv_info")) {
    const volume = volumes.get(series.labels["persistentvolume"] ?? "");
    if (volume) volume.providerID = series.labels["provider_id"] ?? "";
  }
  return volumes;
}

function readClaims(
  history: History,
  window: Span,
  volumes: ReadonlyMap<string, Volume>,
  pods: Pods,
): Claim[] {
  const claims = new Map<string, Claim>();
  for (const series of history.series("kube_persistentvolumeclaim_info")) {
    const { namespace = "", persistentvolumeclaim: name = "", volumename = "" } = series.labels;
    const volume = volumes.get(volumename);
    const seen = presence(series, window);
    if (volume && seen)
      claims.set(podKey(namespace, name), { ...seen, namespace, name, volume, bytes: 0, pods: [] });
  }
  for (const series of history.series("kube_persistentvolumeclaim_resource_requests_storage_bytes")) {
    const { namespace, persistentvolumeclaim } = series.labels;
    const claim = claims.get(podKey(namespace, persistentvolumeclaim));
    const bytes = averageOverTime(series, window);
    if (claim && bytes !== undefined) claim.bytes = bytes;
  }
  for (const series of history.series("pod_pvc_allocation")) {
    const { namespace, persistentvolumeclaim, pod } = series.labels;
    const claim = claims.get(podKey(namespace, persistentvolumeclaim));
    const key = podKey(namespace, pod);
    const mounted =
      (pods.get(key)?.containers.size ?? 0) > 0 && averageOverTime(series, window) !== undefined;
    if (claim && mounted && !claim.pods.includes(key)) claim.pods.push(key);
  }
  return [...claims.values()];
}
