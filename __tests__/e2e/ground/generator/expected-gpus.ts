import type { Around, TrueRow } from "../../export/differences.ts";
import type { RunColumns } from "./expected-row.ts";
import { gpuUses, type GpuUse } from "./gpu-uses.ts";
import type { ClusterPlan } from "./plan.ts";
import { integral, valueOf, type Wave } from "./wave.ts";
import { thereIn, type HourOfLife, type There } from "./within-hour.ts";

const SCRAPE = 60;
const MIB = 1024 ** 2;
const IDLE_WATTS = 60;
const BUSY_WATTS = 90;
const FRAMEBUFFER = 22_700 * MIB;

type Statistic = "avg" | "max" | "p95";

/** A column of a GPU that follows its wave: `base + share x wave`, told in whole multiples of `unit`. */
interface Follows {
  readonly column: string;
  readonly base: number;
  readonly share: number;
  /** 0 where it is told as it is. */
  readonly unit: number;
  readonly statistics: readonly Statistic[];
  /** Not told of MIG instances. */
  readonly wholeOnly?: true;
}

const FOLLOWS: readonly Follows[] = [
  {
    column: "utilization_ratio",
    base: 0,
    share: 1,
    unit: 0.01,
    statistics: ["avg", "max", "p95"],
    wholeOnly: true,
  },
  { column: "engine_active_ratio", base: 0, share: 1, unit: 0, statistics: ["avg", "max", "p95"] },
  { column: "tensor_active_ratio", base: 0, share: 0.33, unit: 0, statistics: ["avg", "max"] },
  { column: "memory_active_ratio", base: 0, share: 0.44, unit: 0, statistics: ["avg", "max"] },
  { column: "memory_copy_ratio", base: 0, share: 0.44, unit: 0.01, statistics: ["avg"], wholeOnly: true },
  { column: "encoder_ratio", base: 0, share: 0, unit: 0, statistics: ["avg"] },
  { column: "decoder_ratio", base: 0, share: 0, unit: 0, statistics: ["avg"] },
  {
    column: "memory_used_bytes",
    base: FRAMEBUFFER * 0.05,
    share: FRAMEBUFFER * 0.7,
    unit: MIB,
    statistics: ["avg", "max"],
  },
  {
    column: "memory_free_bytes",
    base: FRAMEBUFFER * 0.95,
    share: -FRAMEBUFFER * 0.7,
    unit: MIB,
    statistics: ["avg"],
  },
  { column: "pcie_sent_bytes_per_second", base: 0, share: 1.1e8, unit: 0, statistics: ["avg"] },
  { column: "pcie_received_bytes_per_second", base: 0, share: 1.1e8, unit: 0, statistics: ["avg"] },
  { column: "power_watts", base: IDLE_WATTS, share: BUSY_WATTS, unit: 0, statistics: ["avg", "max"] },
  { column: "temperature_celsius", base: 40, share: 30, unit: 1, statistics: ["avg", "max"] },
  { column: "memory_temperature_celsius", base: 0, share: 0, unit: 0, statistics: ["max"] },
  { column: "sm_clock_mhz", base: 1710, share: 0, unit: 0, statistics: ["avg"] },
  { column: "memory_clock_mhz", base: 6250, share: 0, unit: 0, statistics: ["avg"] },
  { column: "xid_error", base: 0, share: 0, unit: 0, statistics: ["max"] },
];

/** Fields that dcgm-exporter has off by default. */
const OFF: TrueRow = {
  sm_active_ratio_avg: null,
  sm_active_ratio_max: null,
  sm_occupancy_ratio_avg: null,
  memory_total_bytes_max: null,
  nvlink_sent_bytes_per_second_avg: null,
  nvlink_received_bytes_per_second_avg: null,
};

/** The rows of the dataset `gpu`: every GPU and MIG instance, with each container that had it, and without one. */
export function expectedGpus(plan: ClusterPlan, start: number, run: RunColumns): TrueRow[] {
  const uses = thereIn(gpuUses(plan), start);
  const workloads = new Map<string, number>();
  for (const use of uses) {
    const uuid = use.labels["UUID"] ?? "";
    workloads.set(uuid, (workloads.get(uuid) ?? 0) + (use.workload ? 1 : 0));
  }
  return uses.map((use) => ({
    ...run,
    ...identity(use),
    workload_count: workloads.get(use.labels["UUID"] ?? "") ?? 0,
    sample_count: use.inHour.scrapes.length,
    observed_seconds: use.inHour.shownSeconds,
    ...OFF,
    ...Object.fromEntries(FOLLOWS.flatMap((follows) => cells(use, follows))),
    energy_joules: energy(use.active, use.inHour),
    pcie_retries: 0,
  }));
}

function identity({ node, labels, workload }: There<GpuUse>): TrueRow {
  return {
    gpu_uuid: labels["UUID"] ?? null,
    mig_id: labels["GPU_I_ID"] ?? null,
    namespace: workload?.pod.namespace ?? null,
    pod: workload?.pod.name ?? null,
    pod_uid: workload?.pod.uid ?? null,
    container: workload?.container.name ?? null,
    node: node.name,
    model: "NVIDIA A10G",
    mig_profile: labels["GPU_I_PROFILE"] ?? null,
    device: labels["device"] ?? null,
    driver_version: "535.183.01",
  };
}

function cells(
  { active, isMig, inHour }: There<GpuUse>,
  { column, base, share, unit, statistics, wholeOnly }: Follows,
): [string, Around | null][] {
  const statistic: Record<Statistic, () => Around> = {
    // An average of samples is off by at most a scrape's worth of the swing.
    avg: () => ({
      value: base + (share * integral(active, inHour.from, inHour.until)) / inHour.seconds,
      within: (Math.abs(share) * 2 * active.swing * SCRAPE) / inHour.seconds + unit / 2,
    }),
    max: () => ({ value: base + share * quantile(1, active, inHour), within: unit / 2 }),
    p95: () => ({ value: base + share * quantile(0.95, active, inHour), within: unit / 2 }),
  };
  return statistics.map((name) => [
    `${column}_${name}`,
    wholeOnly && isMig ? null : close(statistic[name]()),
  ]);
}

/** Values are written with twelve digits. */
function close({ value, within }: Around): Around {
  return { value, within: within + 1e-9 };
}

/** Of the wave at the scrapes; between two of them in proportion, as Prometheus has it. */
function quantile(q: number, active: Wave, { scrapes }: HourOfLife): number {
  const values = scrapes.map(valueOf(active)).sort((a, b) => a - b);
  const rank = q * (values.length - 1);
  const [low = 0, high = low] = [values[Math.floor(rank)], values[Math.ceil(rank)]];
  return low + (high - low) * (rank % 1);
}

/** What the power says, but for a scrape of it where the use began or ended within the hour. */
function energy(active: Wave, { from, until, seconds, begins, ends }: HourOfLife): Around {
  const most = IDLE_WATTS + BUSY_WATTS * (active.base + active.swing);
  const missed = most * SCRAPE * (Number(begins) + Number(ends));
  return {
    value: IDLE_WATTS * seconds + BUSY_WATTS * integral(active, from, until),
    // The hour is asked about a millisecond before its end.
    within: missed + 2 * BUSY_WATTS * active.swing * SCRAPE + most * 0.002,
  };
}
