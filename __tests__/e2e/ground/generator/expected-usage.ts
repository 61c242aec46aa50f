import type { ClusterPlan, ContainerPlan, Life, PodPlan } from "./plan.ts";
import { integral, type Wave } from "./wave.ts";

/** A quantity, and how far Prometheus' answer from samples may be from it. */
export interface Expected {
  readonly value: number;
  readonly within: number;
}

/** What a row of the dataset `container` must hold, by column; null where there is nothing to measure. */
export type ExpectedUsage = Readonly<Record<string, Expected | string | number | null>>;

/** The row of a container in an hour, and whether it lived through all of it. */
export interface ExpectedContainer {
  readonly columns: ExpectedUsage;
  readonly wholeHour: boolean;
}

const HOUR = 3600;
const SCRAPE = 60;
/** For how long Prometheus shows a sample that nothing followed. */
const LOOKBACK = 300;
const THROTTLED_SHARE = 0.02;
const MEMORY = {
  memory_working_set_bytes_avg: 1,
  memory_usage_bytes_avg: 1.25,
  memory_rss_bytes_avg: 0.85,
  memory_cache_bytes_avg: 0.25,
} as const;

/**
 * The containers of the hour from `start`, by `namespace/pod/uid/container`, from the plan's lives and integrals of
 * its waves alone: no series, no samples, no Prometheus.
 */
export function expectedContainers(plan: ClusterPlan, start: number): Map<string, ExpectedContainer> {
  const hour: Life = { from: start, until: start + HOUR };
  const rows = new Map<string, ExpectedContainer>();
  for (const pod of plan.pods) {
    const life = { from: Math.max(pod.from, hour.from), until: Math.min(pod.until, hour.until) };
    if (life.from >= life.until) continue;
    for (const container of pod.containers) {
      const key = [pod.namespace, pod.name, pod.uid, container.name].join("/");
      const wholeHour = life.until - life.from === HOUR && !isWithin(container.restartedAt, hour);
      rows.set(key, { wholeHour, columns: columnsOf(pod, container, life, hour) });
    }
  }
  return rows;
}

function columnsOf(pod: PodPlan, container: ContainerPlan, life: Life, hour: Life): ExpectedUsage {
  const seconds = life.until - life.from;
  const restarted = isWithin(container.restartedAt, hour);
  const ends = (life.until < hour.until ? 1 : 0) + (restarted ? 1 : 0);
  const orNone = (amount: number): number | null => (amount === 0 ? null : amount);
  return {
    node: pod.node.name,
    sample_count: seconds / SCRAPE,
    // By the dictionary's rule a container counts as seen for a scrape longer than it was.
    observed_seconds: seconds + ends * SCRAPE,
    // The histories have no marks of staleness: Prometheus shows a pod's last sample until it is too old.
    running_seconds: seconds + (life.until < hour.until ? LOOKBACK - SCRAPE : 0),
    restarts: restarted ? 1 : 0,
    cpu_usage_core_seconds: increaseOf(container.cpu, life, ends),
    cpu_throttled_seconds:
      container.cpuLimit === 0 ? null : increaseOf(scaled(container.cpu, THROTTLED_SHARE), life, ends),
    ...averages(container.memory, life),
    cpu_request_cores: orNone(container.cpuRequest),
    cpu_limit_cores: orNone(container.cpuLimit),
    memory_request_bytes: orNone(container.memoryRequest),
    memory_limit_bytes: orNone(container.memoryLimit),
    // MIG instances and time slices are resources of other names.
    gpu_request_count: container.gpu?.resource === "nvidia.com/gpu" ? container.gpu.requested : null,
    cpu_quota_microseconds: orNone(container.cpuLimit * 1e5),
    cpu_period_microseconds: 1e5,
    last_seen: (life.until - SCRAPE) * 1000,
  };
}

/** An increase misses what came after the last scrape, of which Prometheus guesses all or, when it ended, half. */
function increaseOf(wave: Wave, { from, until }: Life, ends: number): Expected {
  const guessed = 2 * wave.swing * SCRAPE;
  const missed = (wave.base + wave.swing) * SCRAPE * ends;
  return { value: integral(wave, from, until), within: guessed + missed };
}

/** An average of samples is off by at most a scrape's worth of the swing, and of the bytes' rounding. */
function averages(memory: Wave, { from, until }: Life): Record<string, Expected> {
  const seconds = until - from;
  return Object.fromEntries(
    Object.entries(MEMORY).map(([column, share]) => {
      const wave = scaled(memory, share);
      const within = (2 * wave.swing * SCRAPE) / seconds + 0.5;
      return [column, { value: integral(wave, from, until) / seconds, within }];
    }),
  );
}

function scaled({ base, swing, phase }: Wave, by: number): Wave {
  return { base: base * by, swing: swing * by, phase };
}

function isWithin(at: number | undefined, { from, until }: Life): boolean {
  return at !== undefined && at >= from && at < until;
}
