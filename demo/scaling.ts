import { gpu } from "../contract/datasets/gpu.ts";
import { DATASETS } from "../contract/datasets/index.ts";

/**
 * How a recorded hour becomes an hour of another load. Containers, pods, nodes, volumes, GPUs and prices stay as they
 * are; what they use follows the load, and what is reserved for them follows half of it, as if an autoscaler had
 * resized requests and nodes with some inertia. Both sources are scaled by the same two factors, so they still agree.
 */
export interface Factors {
  /** CPU, network and disk use, GPU activity. */
  readonly load: number;
  /** CPU and memory reserved and paid for, idle included, and memory used. */
  readonly fleet: number;
}

/** The two factors of a load; both 1 for a recorded hour. */
export function factorsOf(load: number): Factors {
  return { load, fleet: (1 + load) / 2 };
}

type Allocation = Readonly<Record<string, unknown>>;

const BY_LOAD = new Set([
  "cpuCoreUsageAverage",
  "cpuCoreUsageMax",
  "gpuUsageAverage",
  "gpuUsageMax",
  "gpuEfficiency",
  "networkTransferBytes",
  "networkReceiveBytes",
  "networkCost",
  "networkCrossZoneCost",
  "networkCrossRegionCost",
  "networkInternetCost",
]);

const BY_FLEET = new Set([
  "cpuCores",
  "cpuCoreRequestAverage",
  "cpuCoreLimitAverage",
  "cpuCoreHours",
  "cpuCost",
  "cpuCostIdle",
  "ramBytes",
  "ramByteRequestAverage",
  "ramByteLimitAverage",
  "ramByteUsageAverage",
  "ramByteUsageMax",
  "ramByteHours",
  "ramCost",
  "ramCostIdle",
]);

/** An OpenCost allocation at another load. Its totals and efficiencies follow from its parts, as OpenCost's do. */
export function scaleAllocation(recorded: Allocation, factors: Factors): Allocation {
  if (factors.load === 1) return recorded;
  const scaled: Record<string, unknown> = scaleFields(recorded, factors);
  for (const nested of ["rawAllocationOnly", "gpuAllocation"]) {
    const value = recorded[nested];
    if (isRecord(value)) scaled[nested] = scaleFields(value, factors);
  }
  const grown = (field: string): number => numberAt(scaled, field) - numberAt(recorded, field);
  scaled["totalCost"] =
    numberAt(recorded, "totalCost") + grown("cpuCost") + grown("ramCost") + grown("networkCost");
  // OpenCost says 1 where nothing was requested; memory use and request are scaled alike.
  if (numberAt(recorded, "cpuCoreRequestAverage") > 0) {
    scaled["cpuEfficiency"] = (numberAt(recorded, "cpuEfficiency") * factors.load) / factors.fleet;
  }
  const cost = numberAt(scaled, "cpuCost") + numberAt(scaled, "ramCost");
  if (cost > 0 && numberAt(recorded, "totalEfficiency") !== 0) {
    const used =
      numberAt(scaled, "cpuEfficiency") * numberAt(scaled, "cpuCost") +
      numberAt(scaled, "ramEfficiency") * numberAt(scaled, "ramCost");
    scaled["totalEfficiency"] = used / cost;
  }
  return scaled;
}

function scaleFields(record: Allocation, { load, fleet }: Factors): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([field, value]) => {
      if (typeof value !== "number") return [field, value];
      return [field, BY_LOAD.has(field) ? value * load : BY_FLEET.has(field) ? value * fleet : value];
    }),
  );
}

/** What becomes of the values of a Prometheus query: `instant` moves with the hour, `same` stays. */
export type SampleRule = "load" | "fleet" | "cpu and memory by fleet" | "instant" | "same";

const SAMPLE_RULES: Readonly<Record<string, SampleRule>> = {
  cpu_usage_core_seconds: "load",
  cpu_usage_cores_max: "load",
  cpu_usage_cores_p95: "load",
  cpu_throttled_seconds: "load",
  fs_reads_bytes: "load",
  fs_writes_bytes: "load",
  cpu_quota_microseconds: "fleet",
  memory_working_set_bytes_avg: "fleet",
  memory_working_set_bytes_max: "fleet",
  memory_working_set_bytes_p95: "fleet",
  memory_rss_bytes_avg: "fleet",
  memory_rss_bytes_max: "fleet",
  memory_usage_bytes_avg: "fleet",
  memory_usage_bytes_max: "fleet",
  memory_cache_bytes_avg: "fleet",
  requests: "cpu and memory by fleet",
  limits: "cpu and memory by fleet",
  last_seen: "instant",
  sample_count: "same",
  observed_seconds: "same",
  cpu_period_microseconds: "same",
  fs_usage_bytes_avg: "same",
  fs_usage_bytes_max: "same",
  running_seconds: "same",
  restarts: "same",
  terminated_reason: "same",
  init_containers: "same",
  pod_info: "same",
  pod_uid: "same",
  running_containers: "same",
  node_cpu_price: "same",
  node_ram_price: "same",
  node_gpu_price: "same",
  network_receive: "load",
  network_transmit: "load",
  capacity: "cpu and memory by fleet",
  allocatable: "cpu and memory by fleet",
  total_hourly_cost: "fleet",
};

/** A GPU's activity follows the load; its power and energy half of it; its memory, clocks and errors stay. */
function gpuRule(queryId: string): SampleRule {
  if (/_ratio_|_bytes_per_second_/.test(queryId)) return "load";
  return queryId.startsWith("power_") || queryId === "energy_joules" ? "fleet" : "same";
}

const GPU_QUERIES = new Set(gpu.queries.map(({ id }) => id));

/** Queries about what objects there are, in which state, for which price: another load has the same ones. */
const OBJECT_QUERIES = new Set(
  DATASETS.filter(({ queries }) => queries.some(({ row }) => row)).flatMap(({ queries }) =>
    queries.map(({ id }) => id),
  ),
);

/**
 * The rule of a query of the dictionary.
 * @throws Error for a query that none was written down for: a wrong rule would be a wrong figure
 */
export function sampleRule(queryId: string): SampleRule {
  const rule = SAMPLE_RULES[queryId] ?? ruleOfMany(queryId);
  if (!rule) throw new Error(`demo/scaling.ts has no rule for the query "${queryId}"; add one`);
  return rule;
}

function ruleOfMany(queryId: string): SampleRule | undefined {
  if (GPU_QUERIES.has(queryId)) return gpuRule(queryId);
  return OBJECT_QUERIES.has(queryId) ? "same" : undefined;
}

/** A sample's text at another load and another hour; exactly the recorded text where neither changes it. */
export function scaleSample(
  recorded: { readonly value: string; readonly labels: Readonly<Record<string, string>> },
  rule: SampleRule,
  factors: Factors,
  shiftSeconds: number,
): string {
  const value = Number(recorded.value);
  if (!Number.isFinite(value)) return recorded.value; // NaN and +Inf stay what they are
  if (rule === "instant") return shiftSeconds === 0 ? recorded.value : String(value + shiftSeconds);
  const factor = factorOf(rule, recorded.labels["resource"], factors);
  return factor === 1 ? recorded.value : String(value * factor);
}

function factorOf(rule: SampleRule, resource: string | undefined, factors: Factors): number {
  switch (rule) {
    case "load":
      return factors.load;
    case "fleet":
      return factors.fleet;
    case "cpu and memory by fleet":
      return resource === "cpu" || resource === "memory" ? factors.fleet : 1;
    case "instant":
    case "same":
      return 1;
  }
}

function numberAt(record: Allocation, field: string): number {
  const value = record[field];
  return typeof value === "number" ? value : 0;
}

function isRecord(value: unknown): value is Allocation {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
