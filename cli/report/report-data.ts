import type { Cluster } from "../../contract/cluster-arn.ts";
import type { Hour } from "../../contract/hours.ts";

/** Hours of a month, as FinOps counts them: 365 × 24 / 12. */
export const HOURS_PER_MONTH = 730;

/** Everything the page shows. Money is in `currency`, cores and bytes are averages over the covered hours, shares are 0 to 1. */
export interface ReportData {
  /** `[from, until)`, whole hours. */
  readonly window: { readonly from: Hour; readonly until: Hour };
  readonly clusters: readonly Cluster[];
  readonly currency: string;
  /** What the manifests say about data that is not a measurement; empty for real data. */
  readonly simulated: readonly string[];
  readonly headline: Headline;
  /** Cost of each group in each hour; hours without data are absent. */
  readonly hourly: readonly HourlyCost[];
  readonly usage: readonly HourlyUsage[];
  readonly resources: readonly ResourceCost[];
  readonly namespaces: readonly NamespaceCost[];
  readonly workloads: readonly WorkloadSaving[];
  readonly gpus: readonly GpuUse[];
  readonly volumes: readonly UnmountedVolume[];
  readonly quality: Quality;
  /** `container-insights/<version>` of the writer of this report. */
  readonly writer: string;
  /** Epoch seconds. */
  readonly writtenAt: number;
}

/** What an hour's cost was for. */
export type RowKind = "workload" | "idle" | "unmounted" | "unallocated";

export interface Headline {
  readonly totalCost: number;
  readonly byKind: Readonly<Record<RowKind, number>>;
  /** Mean cost of a covered hour, added over the clusters, times 730. */
  readonly monthlyRunRate: number;
  readonly idleShare: number;
  /** Cost of CPU and memory used, over cost of CPU and memory allocated to workloads; undefined without any. */
  readonly efficiency: number | undefined;
  /** Cost of CPU and memory that was allocated to workloads and not used; in the window, not a month. */
  readonly unusedCost: number;
  /** What requests at the need would have saved of it; in the window. Never for a request that the need is not below. */
  readonly potentialSaving: number;
  readonly containers: number;
  readonly pods: number;
}

export interface HourlyCost {
  readonly hour: Hour;
  readonly kind: RowKind;
  /** Namespace of workloads and of volumes that belong to one; undefined for the rest. */
  readonly namespace: string | undefined;
  readonly cost: number;
}

/** Cores and bytes in the hour, over all clusters: what was charged for, and how much of it was used. */
export interface HourlyUsage {
  readonly hour: Hour;
  readonly cpuAllocated: number;
  readonly cpuUsed: number;
  readonly memoryAllocated: number;
  readonly memoryUsed: number;
}

export interface ResourceCost {
  readonly resource: string;
  readonly workload: number;
  readonly idle: number;
  readonly unmounted: number;
}

export interface NamespaceCost {
  readonly namespace: string;
  readonly cost: number;
  readonly gpuCost: number;
  readonly cpuAllocated: number;
  readonly cpuUsed: number;
  readonly memoryAllocated: number;
  readonly memoryUsed: number;
  readonly efficiency: number | undefined;
  readonly unusedCost: number;
  readonly potentialSaving: number;
}

/** One container of one workload, over all its pods and hours. A request below its need is too low, and saves nothing. */
export interface WorkloadSaving {
  readonly cluster: string;
  readonly namespace: string;
  readonly kind: string | undefined;
  readonly workload: string;
  readonly container: string;
  readonly pods: number;
  readonly cost: number;
  readonly cpuRequest: number;
  readonly cpuNeed: number;
  readonly memoryRequest: number;
  readonly memoryNeed: number;
  readonly unusedCost: number;
  readonly potentialSaving: number;
}

export interface GpuUse {
  readonly namespace: string;
  readonly workload: string;
  readonly model: string;
  readonly gpuHours: number;
  readonly cost: number;
  /** Average engine activity, weighted by GPU-hours; undefined when nothing measured it. */
  readonly usage: number | undefined;
}

export interface UnmountedVolume {
  readonly cluster: string;
  /** Of the claim; undefined where OpenCost names none. */
  readonly namespace: string | undefined;
  readonly volume: string;
  readonly byteHours: number;
  readonly cost: number;
  readonly hours: number;
}

/** What the figures can be trusted for. */
export interface Quality {
  readonly datasets: readonly DatasetQuality[];
  /** Cluster-hours without one of the datasets, oldest first. */
  readonly gaps: readonly Gap[];
  readonly warnings: readonly { readonly text: string; readonly dataset: string; readonly hours: number }[];
  /** Versions of what answered, by source. */
  readonly sources: Readonly<Record<string, readonly string[]>>;
  readonly restatedHours: number;
  readonly costs: CostReconciliation;
  readonly coverage: Coverage;
}

export interface DatasetQuality {
  readonly dataset: string;
  readonly hoursExpected: number;
  readonly hoursPresent: number;
  readonly manifestRows: number;
  readonly fileRows: number;
  readonly bytes: number;
  readonly queriesExpected: number;
  readonly queriesAnswered: number;
}

export interface Gap {
  readonly cluster: string;
  readonly dataset: string;
  /** `[from, until)` */
  readonly from: Hour;
  readonly until: Hour;
}

export interface CostReconciliation {
  /** Sum of the rows in the files. */
  readonly rows: number;
  /** Sum of the totals the manifests were committed with. */
  readonly manifests: number;
  /** Sum of the rows as OpenCost rounded them. */
  readonly rounded: number;
  /** Sum of the parts (CPU, memory, GPU, volumes, load balancers, network, other) of all rows. */
  readonly parts: number;
}

export interface Coverage {
  /** Container-hours with a cost, those of them that also have measured usage. */
  readonly withCost: number;
  readonly withCostAndUsage: number;
  /** Container-hours with measured usage that no cost row names. */
  readonly usageWithoutCost: number;
  /** Seconds observed by Prometheus over seconds OpenCost charged for, of the container-hours that have both. */
  readonly observedShare: number | undefined;
  /** Scrapes per container and observed minute. */
  readonly samplesPerMinute: number | undefined;
}
