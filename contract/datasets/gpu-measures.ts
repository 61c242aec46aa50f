import type { Column, Fold, PrometheusQuery } from "./column.ts";

const WORKLOAD = "namespace, pod, container";
const EXPORTED = "exported_namespace, exported_pod, exported_container";

/** One series for each GPU and workload; the same one scraped twice counts once. */
export function perGpu(inner: string): string {
  return `max by (UUID, GPU_I_ID, ${WORKLOAD}, ${EXPORTED}) (${inner})`;
}

/** A measurement of a GPU: the query and the column that shows its answer. */
interface GpuMeasure {
  readonly name: string;
  readonly unit: string;
  readonly metric: string;
  readonly promql: string;
  readonly fold: Fold;
  readonly meaning: string;
}

type Statistic = "avg" | "max" | "p95" | "increase";

const FORMS: Readonly<
  Record<Statistic, readonly [promql: (selector: string) => string, fold: Fold, words: string]>
> = {
  avg: [(selector) => `avg_over_time(${selector}[1h])`, "mean", ", average"],
  max: [(selector) => `max_over_time(${selector}[1h])`, "max", ", maximum"],
  p95: [(selector) => `quantile_over_time(0.95, ${selector}[1h])`, "max", ", 95th percentile"],
  increase: [(selector) => `increase(${selector}[1h])`, "sum", " in the hour"],
};

function measure(
  metric: string,
  name: string,
  unit: string,
  statistics: readonly Statistic[],
  meaning: string,
  /** From the metric's unit to the column's: ` / 100`. */
  scale = "",
): GpuMeasure[] {
  return statistics.map((statistic) => {
    const [form, fold, words] = FORMS[statistic];
    const promql = `${perGpu(form(`${metric}{$all}`))}${scale}`;
    const column = statistic === "increase" ? name : `${name}_${statistic}`;
    return { name: column, unit, metric, promql, fold, meaning: `${meaning}${words}` };
  });
}

const PERCENT = " / 100";
const MIB = " * 1048576";
const MILLI = " / 1000";
/** Of a counter: each exporter's series are a part, and of those that only their instance tells apart, one is taken. */
const REPLACED = "a part is missing where the exporter was replaced";

/** What DCGM measures of a GPU while it has a workload, or none. */
export const GPU_MEASURES: readonly GpuMeasure[] = [
  ...measure(
    "DCGM_FI_DEV_GPU_UTIL",
    "utilization_ratio",
    "ratio",
    ["avg", "max", "p95"],
    "Time in which a kernel ran; null for MIG instances",
    PERCENT,
  ),
  ...measure(
    "DCGM_FI_PROF_GR_ENGINE_ACTIVE",
    "engine_active_ratio",
    "ratio",
    ["avg", "max", "p95"],
    "Time in which the compute engine was active",
  ),
  ...measure(
    "DCGM_FI_PROF_SM_ACTIVE",
    "sm_active_ratio",
    "ratio",
    ["avg", "max"],
    "Multiprocessors that had work",
  ),
  ...measure(
    "DCGM_FI_PROF_SM_OCCUPANCY",
    "sm_occupancy_ratio",
    "ratio",
    ["avg"],
    "Resident warps over the most that there can be",
  ),
  ...measure(
    "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE",
    "tensor_active_ratio",
    "ratio",
    ["avg", "max"],
    "Time in which the tensor cores were active",
  ),
  ...measure(
    "DCGM_FI_PROF_DRAM_ACTIVE",
    "memory_active_ratio",
    "ratio",
    ["avg", "max"],
    "Time in which device memory was busy",
  ),
  ...measure(
    "DCGM_FI_DEV_MEM_COPY_UTIL",
    "memory_copy_ratio",
    "ratio",
    ["avg"],
    "Time in which device memory was read or written; null for MIG instances",
    PERCENT,
  ),
  ...measure("DCGM_FI_DEV_ENC_UTIL", "encoder_ratio", "ratio", ["avg"], "Use of the video encoder", PERCENT),
  ...measure("DCGM_FI_DEV_DEC_UTIL", "decoder_ratio", "ratio", ["avg"], "Use of the video decoder", PERCENT),
  ...measure(
    "DCGM_FI_DEV_FB_USED",
    "memory_used_bytes",
    "bytes",
    ["avg", "max"],
    "Device memory in use",
    MIB,
  ),
  ...measure("DCGM_FI_DEV_FB_FREE", "memory_free_bytes", "bytes", ["avg"], "Device memory that is free", MIB),
  ...measure("DCGM_FI_DEV_FB_TOTAL", "memory_total_bytes", "bytes", ["max"], "Device memory in all", MIB),
  ...measure(
    "DCGM_FI_PROF_PCIE_TX_BYTES",
    "pcie_sent_bytes_per_second",
    "bytes/second",
    ["avg"],
    "Sent over PCIe",
  ),
  ...measure(
    "DCGM_FI_PROF_PCIE_RX_BYTES",
    "pcie_received_bytes_per_second",
    "bytes/second",
    ["avg"],
    "Received over PCIe",
  ),
  ...measure(
    "DCGM_FI_PROF_NVLINK_TX_BYTES",
    "nvlink_sent_bytes_per_second",
    "bytes/second",
    ["avg"],
    "Sent over NVLink",
  ),
  ...measure(
    "DCGM_FI_PROF_NVLINK_RX_BYTES",
    "nvlink_received_bytes_per_second",
    "bytes/second",
    ["avg"],
    "Received over NVLink",
  ),
  ...measure("DCGM_FI_DEV_POWER_USAGE", "power_watts", "watts", ["avg", "max"], "Power draw"),
  ...measure(
    "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION",
    "energy_joules",
    "joules",
    ["increase"],
    `The whole GPU's energy, repeated on all rows of its MIG instances and of workloads that share it: do not add these up; ${REPLACED}`,
    MILLI,
  ),
  ...measure("DCGM_FI_DEV_GPU_TEMP", "temperature_celsius", "degrees Celsius", ["avg", "max"], "Temperature"),
  ...measure(
    "DCGM_FI_DEV_MEMORY_TEMP",
    "memory_temperature_celsius",
    "degrees Celsius",
    ["max"],
    "Temperature of the memory",
  ),
  ...measure("DCGM_FI_DEV_SM_CLOCK", "sm_clock_mhz", "MHz", ["avg"], "Clock of the multiprocessors"),
  ...measure("DCGM_FI_DEV_MEM_CLOCK", "memory_clock_mhz", "MHz", ["avg"], "Clock of the memory"),
  ...measure("DCGM_FI_DEV_XID_ERRORS", "xid_error", "XID code", ["max"], "XID error; 0 when there was none"),
  ...measure(
    "DCGM_FI_DEV_PCIE_REPLAY_COUNTER",
    "pcie_retries",
    "retries",
    ["increase"],
    `Retries on PCIe; ${REPLACED}`,
  ),
];

export function gpuQuery({ name, metric, promql, fold, meaning }: GpuMeasure): PrometheusQuery {
  // A cluster without GPUs is a healthy one.
  return { id: name, promql, metrics: [metric], fold, mayBeEmpty: true, meaning };
}

export function gpuColumn({ name, unit, meaning }: GpuMeasure): Column {
  return { name, type: "double", unit, nullable: true, source: { from: "prometheus", query: name }, meaning };
}
