import type { CrossCheckQueryName } from "../../../../contract/datasets/cross-check-queries.ts";
import type { InstantSample } from "../../../../agent-src/adapters/prometheus/sample.ts";
import { sample } from "../../../fakes/fake-instant-source.ts";
import { TEN } from "../../../fakes/hours.ts";

export const GIB = 1024 ** 3;

/** The samples of the cross-check's queries, by query. */
export type SmallCluster = Partial<Record<CrossCheckQueryName, InstantSample[]>>;

/** A container; cores, GiB and minutes of the hour 10:00. */
export interface SmallContainer {
  readonly pod: string;
  readonly container?: string;
  readonly from?: number;
  readonly until?: number;
  readonly node?: string;
  readonly cpu?: { readonly requested?: number; readonly larger?: number; readonly measured?: number };
  readonly memory?: { readonly requested?: number; readonly larger?: number; readonly measured?: number };
  readonly gpus?: number;
}

/** Adds a container of the namespace "web" to the answers. */
export function addContainer(to: SmallCluster, of: SmallContainer): void {
  const { pod, container = "app", from = 0, until = 60, node = "n1", cpu = {}, memory = {}, gpus } = of;
  const ofPod = { namespace: "web", pod };
  const ofContainer = { ...ofPod, container };
  const put = (
    name: CrossCheckQueryName,
    value: number | undefined,
    labels: Record<string, string>,
  ): void => {
    if (value !== undefined) (to[name] ??= []).push(sample(labels, value));
  };
  put("podFirstSeen", TEN + from * 60, ofPod);
  put("podLastSeen", TEN + until * 60, ofPod);
  put("podNode", 1, { ...ofPod, node });
  put("cpuRequested", cpu.requested, ofContainer);
  put("cpuLarger", cpu.larger ?? cpu.requested, ofContainer);
  put("cpuMeasured", cpu.measured, ofContainer);
  const bytes = (gib: number | undefined): number | undefined => (gib === undefined ? undefined : gib * GIB);
  put("memoryRequested", bytes(memory.requested), ofContainer);
  put("memoryLarger", bytes(memory.larger ?? memory.requested), ofContainer);
  put("memoryMeasured", bytes(memory.measured), ofContainer);
  put("gpuRequested", gpus, ofContainer);
}

/** Adds a node that is there for the whole hour: 4 cores and 16 GiB, 0.03 a core-hour and 0.004 a GiB-hour. */
export function addNode(
  to: SmallCluster,
  node: string,
  { cpu = 0.03, memory = 0.004, gpu = 0, gpus = 0 } = {},
): void {
  const values: Partial<Record<CrossCheckQueryName, number>> = {
    nodeFirstSeen: TEN,
    nodeLastSeen: TEN + 3600,
    cpuPrice: cpu,
    memoryPrice: memory,
    gpuPrice: gpu,
    cpuCapacity: 4,
    memoryCapacity: 16 * GIB,
    gpuCapacity: gpus,
  };
  for (const [name, value] of Object.entries(values))
    (to[name as CrossCheckQueryName] ??= []).push(sample({ node }, value));
}

/** Adds a claim of the namespace "web" on a volume with a price of a GiB-hour. */
export function addClaim(
  to: SmallCluster,
  claim: string,
  { gib = 0, price = 0, pods = [] as string[] },
): void {
  const labels = { namespace: "web", persistentvolumeclaim: claim };
  (to.claimVolume ??= []).push(sample({ ...labels, volumename: `pv-${claim}` }));
  (to.claimBytes ??= []).push(sample(labels, gib * GIB));
  (to.volumePrice ??= []).push(sample({ volumename: `pv-${claim}` }, price));
  for (const pod of pods) (to.claimPods ??= []).push(sample({ ...labels, pod }, gib * GIB));
}
