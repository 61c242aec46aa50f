import { integral, valueOf, type Wave } from "../generator/wave.ts";

/** A field that dcgm-exporter exposes. */
export interface GpuCounter {
  readonly name: string;
  readonly type: "gauge" | "counter";
  readonly help: string;
  /** Its value at `t`, in epoch seconds; `since` is when the GPU was switched on. */
  value(active: Wave, t: number, since: number): number;
  /** Not told of MIG instances: the driver knows it for whole GPUs only. */
  readonly wholeOnly?: true;
}

type Row = readonly [string, GpuCounter["type"], string, GpuCounter["value"], "whole only"?];

const FRAMEBUFFER_MIB = 22_700;
const IDLE_WATTS = 60;
const BUSY_WATTS = 90;

const constant =
  (value: number): GpuCounter["value"] =>
  () =>
    value;
const share =
  (of: number): GpuCounter["value"] =>
  (active, t) =>
    of * valueOf(active)(t);
const percent =
  (of: number): GpuCounter["value"] =>
  (active, t) =>
    Math.round(of * valueOf(active)(t));
const usedMib: GpuCounter["value"] = (active, t) =>
  Math.round(FRAMEBUFFER_MIB * (0.05 + 0.7 * valueOf(active)(t)));

/** Milliwatt seconds since the GPU was switched on: the integral of what `POWER_USAGE` says. */
const energy: GpuCounter["value"] = (active, t, since) =>
  Math.round(1000 * (IDLE_WATTS * (t - since) + BUSY_WATTS * integral(active, since, t)));

/**
 * The fields of the exporter's default list that are on for everyone, with its types and help texts
 * (https://github.com/NVIDIA/dcgm-exporter, etc/dcp-metrics-included.csv).
 */
const ROWS: readonly Row[] = [
  ["DCGM_FI_DEV_SM_CLOCK", "gauge", "SM clock frequency (in MHz).", constant(1710)],
  ["DCGM_FI_DEV_MEM_CLOCK", "gauge", "Memory clock frequency (in MHz).", constant(6250)],
  ["DCGM_FI_DEV_MEMORY_TEMP", "gauge", "Memory temperature (in C).", constant(0)],
  ["DCGM_FI_DEV_GPU_TEMP", "gauge", "GPU temperature (in C).", (active, t) => 40 + percent(30)(active, t, 0)],
  [
    "DCGM_FI_DEV_POWER_USAGE",
    "gauge",
    "Power draw (in W).",
    (active, t) => IDLE_WATTS + BUSY_WATTS * valueOf(active)(t),
  ],
  ["DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", "counter", "Total energy consumption since boot (in mJ).", energy],
  ["DCGM_FI_DEV_PCIE_REPLAY_COUNTER", "counter", "Total number of PCIe retries.", constant(0)],
  ["DCGM_FI_DEV_GPU_UTIL", "gauge", "GPU utilization (in %).", percent(100), "whole only"],
  ["DCGM_FI_DEV_MEM_COPY_UTIL", "gauge", "Memory utilization (in %).", percent(44), "whole only"],
  ["DCGM_FI_DEV_ENC_UTIL", "gauge", "Encoder utilization (in %).", constant(0)],
  ["DCGM_FI_DEV_DEC_UTIL", "gauge", "Decoder utilization (in %).", constant(0)],
  ["DCGM_FI_DEV_XID_ERRORS", "gauge", "Value of the last XID error encountered.", constant(0)],
  [
    "DCGM_FI_DEV_FB_FREE",
    "gauge",
    "Framebuffer memory free (in MiB).",
    (active, t) => FRAMEBUFFER_MIB - usedMib(active, t, 0),
  ],
  ["DCGM_FI_DEV_FB_USED", "gauge", "Framebuffer memory used (in MiB).", usedMib],
  [
    "DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL",
    "counter",
    "Total number of NVLink bandwidth counters for all lanes.",
    constant(0),
  ],
  ["DCGM_FI_DEV_VGPU_LICENSE_STATUS", "gauge", "vGPU License status", constant(0)],
  ["DCGM_FI_PROF_GR_ENGINE_ACTIVE", "gauge", "Ratio of time the graphics engine is active.", share(1)],
  [
    "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE",
    "gauge",
    "Ratio of cycles the tensor (HMMA) pipe is active.",
    share(0.33),
  ],
  [
    "DCGM_FI_PROF_DRAM_ACTIVE",
    "gauge",
    "Ratio of cycles the device memory interface is active sending or receiving data.",
    share(0.44),
  ],
  [
    "DCGM_FI_PROF_PCIE_TX_BYTES",
    "gauge",
    "The rate of data transmitted over the PCIe bus - including both protocol headers and data payloads - in bytes per second.",
    share(1.1e8),
  ],
  [
    "DCGM_FI_PROF_PCIE_RX_BYTES",
    "gauge",
    "The rate of data received over the PCIe bus - including both protocol headers and data payloads - in bytes per second.",
    share(1.1e8),
  ],
];

/** Every field, in the exporter's order. */
export const GPU_COUNTERS: readonly GpuCounter[] = ROWS.map(([name, type, help, value, only]) => ({
  name,
  type,
  help,
  value,
  ...(only ? { wholeOnly: true } : {}),
}));
