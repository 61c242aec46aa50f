import type { RunningContainer } from "./cluster.ts";
import { seededFraction, seededHex } from "./seed.ts";

/** A value as a pure function of the epoch second, so that every integral over an hour is known. */
export type ClosedForm = (epochSeconds: number) => number;

/** One series of the history. `labels` is the text between the braces. */
export interface Series {
  readonly metric: string;
  readonly labels: string;
  readonly value: ClosedForm;
}

// Counters start here, before every pod.
const COUNTERS_FROM = Date.UTC(2026, 10, 20) / 1000;
const WAVE = (2 * Math.PI) / 5400;

/** A counter that grows by `rate` on average, faster and slower in turn. */
export function counter(rate: number, phase: number): ClosedForm {
  return (t) => {
    const x = t - COUNTERS_FROM;
    return rate * x + ((rate * 0.6) / WAVE) * (1 - Math.cos(WAVE * x + phase));
  };
}

/** A gauge that swings around `base`. */
export function gauge(base: number, amplitude: number, phase: number): ClosedForm {
  return (t) => base + amplitude * Math.sin(WAVE * (t - COUNTERS_FROM) + phase);
}

function rounded(form: ClosedForm): ClosedForm {
  return (t) => Math.round(form(t));
}

/** The same at every instant. */
export function constant(value: number): ClosedForm {
  return () => value;
}

/** What cAdvisor reports of one container: the metrics that the data dictionary reads. */
export function containerSeries(of: RunningContainer): Series[] {
  const key = of.uid + of.container;
  const phase = seededFraction(`${key}p`) * 6.28;
  const cores = Math.min(
    of.cpuLimit || 99,
    (of.cpuRequest || 0.05) * (0.05 + seededFraction(`${key}c`) ** 2 * 1.6),
  );
  const memory = Math.min(
    (of.memoryLimit || 1e18) * 0.95,
    (of.memoryRequest || 5e7) * (0.2 + seededFraction(`${key}m`) * 0.9),
  );
  const labels = cadvisorLabels(of, key);
  const disk = `${labels},device="/dev/nvme0n1"`;
  const ofMemory = (share: number, swing: number): ClosedForm =>
    rounded(gauge(memory * share, memory * swing, phase));
  return [
    {
      metric: "container_cpu_usage_seconds_total",
      labels: `${labels},cpu="total"`,
      value: counter(cores, phase),
    },
    ...limitSeries(of, key, labels, cores, phase),
    { metric: "container_spec_cpu_period", labels, value: constant(1e5) },
    { metric: "container_memory_usage_bytes", labels, value: ofMemory(1.25, 0.12) },
    { metric: "container_memory_working_set_bytes", labels, value: ofMemory(1, 0.1) },
    { metric: "container_memory_rss", labels, value: ofMemory(0.85, 0.08) },
    { metric: "container_memory_cache", labels, value: ofMemory(0.25, 0.04) },
    { metric: "container_fs_reads_bytes_total", labels: disk, value: diskCounter(2048, `${key}r`, phase) },
    { metric: "container_fs_writes_bytes_total", labels: disk, value: diskCounter(4096, `${key}w`, phase) },
    { metric: "container_last_seen", labels, value: Math.floor },
    {
      metric: "container_fs_usage_bytes",
      labels: `${labels},device="/dev/nvme0n1p1"`,
      value: gauge(5e6 * (1 + seededFraction(`${key}f`) * 200), 1e6, 0),
    },
  ];
}

function limitSeries(
  of: RunningContainer,
  key: string,
  labels: string,
  cores: number,
  phase: number,
): Series[] {
  if (of.cpuLimit === 0) return [];
  const throttled = seededFraction(`${key}t`) < 0.15 ? cores * 0.2 : cores * 0.002;
  return [
    { metric: "container_cpu_cfs_throttled_seconds_total", labels, value: counter(throttled, phase) },
    { metric: "container_spec_cpu_quota", labels, value: constant(of.cpuLimit * 1e5) },
  ];
}

function diskCounter(base: number, seed: string, phase: number): ClosedForm {
  return counter(base * (1 + seededFraction(seed) * 10), phase);
}

// The keep-list's scrape drops `name` and `image` but keeps `id`: it is where the pod's uid can be read.
function cadvisorLabels(of: RunningContainer, key: string): string {
  const slice = `kubepods-burstable-pod${of.uid.replaceAll("-", "_")}.slice`;
  const id = `/kubepods.slice/kubepods-burstable.slice/${slice}/cri-containerd-${seededHex(key)}.scope`;
  return [
    `container="${of.container}"`,
    `id="${id}"`,
    `namespace="${of.namespace}"`,
    `pod="${of.pod}"`,
    'job="kubernetes-nodes-cadvisor"',
    `instance="${of.node}"`,
  ].join(",");
}
