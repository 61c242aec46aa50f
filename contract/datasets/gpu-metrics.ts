/** A field of dcgm-exporter's that is read: the name of its metric, and what it says. */
export interface GpuMetric {
  readonly metric: string;
  /** `gauge` values are of the moment, a `counter` only grows. */
  readonly kind: "gauge" | "counter";
  /** What the metric itself is in. */
  readonly unit: string;
  /** Set where dcgm-exporter's default list has it switched on; the others have to be added to its list. */
  readonly onByDefault?: true;
  readonly meaning: string;
}

function gauge(metric: string, unit: string, meaning: string): GpuMetric {
  return { metric, kind: "gauge", unit, onByDefault: true, meaning };
}

function optional(metric: string, unit: string, meaning: string): GpuMetric {
  return { metric, kind: "gauge", unit, meaning };
}

function counter(metric: string, unit: string, meaning: string): GpuMetric {
  return { metric, kind: "counter", unit, onByDefault: true, meaning };
}

/**
 * The DCGM family: fields that tell of a GPU's use, memory, power and health, with the units in which dcgm-exporter
 * gives them (https://github.com/NVIDIA/dcgm-exporter, etc/dcp-metrics-included.csv; field names without a list entry:
 * https://docs.nvidia.com/datacenter/dcgm/latest/dcgm-api/dcgm-api-field-ids.html).
 */
export const GPU_METRICS: readonly GpuMetric[] = [
  gauge(
    "DCGM_FI_DEV_GPU_UTIL",
    "percent",
    "Time in which at least one kernel ran; not told of MIG instances",
  ),
  gauge("DCGM_FI_DEV_MEM_COPY_UTIL", "percent", "Time in which device memory was read or written"),
  gauge("DCGM_FI_DEV_ENC_UTIL", "percent", "Use of the video encoder"),
  gauge("DCGM_FI_DEV_DEC_UTIL", "percent", "Use of the video decoder; OpenCost takes model and UUID from it"),
  gauge("DCGM_FI_DEV_FB_USED", "MiB", "Frame buffer in use"),
  gauge("DCGM_FI_DEV_FB_FREE", "MiB", "Frame buffer that is free"),
  optional("DCGM_FI_DEV_FB_TOTAL", "MiB", "Frame buffer in all"),
  gauge("DCGM_FI_PROF_GR_ENGINE_ACTIVE", "ratio", "Time in which the graphics or compute engine was active"),
  optional(
    "DCGM_FI_PROF_SM_ACTIVE",
    "ratio",
    "Cycles in which a multiprocessor had a warp, over all of them",
  ),
  optional("DCGM_FI_PROF_SM_OCCUPANCY", "ratio", "Resident warps over the most that there can be"),
  gauge("DCGM_FI_PROF_PIPE_TENSOR_ACTIVE", "ratio", "Cycles in which the tensor cores were active"),
  gauge("DCGM_FI_PROF_DRAM_ACTIVE", "ratio", "Cycles in which device memory sent or received data"),
  gauge("DCGM_FI_PROF_PCIE_TX_BYTES", "bytes per second", "Sent over PCIe, headers included"),
  gauge("DCGM_FI_PROF_PCIE_RX_BYTES", "bytes per second", "Received over PCIe, headers included"),
  optional("DCGM_FI_PROF_NVLINK_TX_BYTES", "bytes per second", "Sent over NVLink, headers excluded"),
  optional("DCGM_FI_PROF_NVLINK_RX_BYTES", "bytes per second", "Received over NVLink, headers excluded"),
  gauge("DCGM_FI_DEV_POWER_USAGE", "watts", "Power draw"),
  counter("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", "millijoules", "Energy since the driver was loaded"),
  gauge("DCGM_FI_DEV_GPU_TEMP", "degrees Celsius", "Temperature of the GPU"),
  gauge("DCGM_FI_DEV_MEMORY_TEMP", "degrees Celsius", "Temperature of the memory"),
  gauge("DCGM_FI_DEV_SM_CLOCK", "MHz", "Clock of the multiprocessors"),
  gauge("DCGM_FI_DEV_MEM_CLOCK", "MHz", "Clock of the memory"),
  gauge("DCGM_FI_DEV_XID_ERRORS", "XID code", "The last XID error; 0 when there was none"),
  counter("DCGM_FI_DEV_PCIE_REPLAY_COUNTER", "retries", "Retries on PCIe"),
];
