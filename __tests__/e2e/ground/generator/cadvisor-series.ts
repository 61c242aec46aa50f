import type { LivingSeries } from "../history/lifetimes.ts";
import { seededFraction, seededHex } from "../history/seed.ts";
import { labelText } from "./label-text.ts";
import type { ContainerPlan, Life, PodPlan } from "./plan.ts";
import { counterOf, flat, valueOf, type Wave } from "./wave.ts";

/** What cAdvisor tells of a pod: of each run of its containers, and of its network. */
export function cadvisorSeries(pod: PodPlan): LivingSeries[] {
  return [...pod.containers.flatMap((container) => containerRuns(pod, container)), ...networkSeries(pod)];
}

function containerRuns(pod: PodPlan, container: ContainerPlan): LivingSeries[] {
  const { restartedAt: at } = container;
  const lives: Life[] =
    at === undefined
      ? [pod]
      : [
          { from: pod.from, until: at },
          { from: at, until: pod.until },
        ];
  return lives.flatMap((life, run) => runSeries(pod, container, life, run));
}

// A restarted container has a new id and its counters start at nothing.
function runSeries(pod: PodPlan, container: ContainerPlan, life: Life, run: number): LivingSeries[] {
  const key = `${pod.uid}/${container.name}/${run}`;
  const labels = containerLabels(pod, container, key);
  const { from, until } = life;
  const series = (
    metric: string,
    value: LivingSeries["value"],
    more: Record<string, string> = {},
  ): LivingSeries => ({
    metric,
    labels: labelText({ ...labels, ...more }),
    value,
    from,
    until,
  });
  const counter = (wave: Wave): LivingSeries["value"] => counterOf(wave, from);
  const memory = (share: number): LivingSeries["value"] => {
    const value = valueOf(scaled(container.memory, share));
    return (t) => Math.round(value(t));
  };
  const bytes = (name: string, most: number): Wave => flat(most * (0.1 + seededFraction(key + name)));
  const disk = { device: "/dev/nvme0n1" };
  return [
    series("container_cpu_usage_seconds_total", counter(container.cpu), { cpu: "total" }),
    ...(container.cpuLimit > 0
      ? [
          series("container_cpu_cfs_throttled_seconds_total", counter(scaled(container.cpu, 0.02))),
          series("container_spec_cpu_quota", () => container.cpuLimit * 1e5),
        ]
      : []),
    series("container_spec_cpu_period", () => 1e5),
    series("container_memory_working_set_bytes", memory(1)),
    series("container_memory_usage_bytes", memory(1.25)),
    series("container_memory_rss", memory(0.85)),
    series("container_memory_cache", memory(0.25)),
    series("container_fs_reads_bytes_total", counter(bytes("reads", 20_000)), disk),
    series("container_fs_writes_bytes_total", counter(bytes("writes", 40_000)), disk),
    series("container_fs_usage_bytes", valueOf(bytes("usage", 1e9)), { device: "/dev/nvme0n1p1" }),
    series("container_last_seen", Math.floor),
  ];
}

/** The cgroup of one of the pod's containers, or of its sandbox. */
function cgroupOf(pod: PodPlan, key: string): string {
  const slice = `kubepods-burstable-pod${pod.uid.replaceAll("-", "_")}.slice`;
  return `/kubepods.slice/kubepods-burstable.slice/${slice}/cri-containerd-${seededHex(key)}.scope`;
}

function containerLabels(pod: PodPlan, container: ContainerPlan, key: string): Record<string, string> {
  return {
    container: container.name,
    id: cgroupOf(pod, key),
    namespace: pod.namespace,
    pod: pod.name,
    job: "kubernetes-nodes-cadvisor",
    instance: pod.node.name,
  };
}

function networkSeries(pod: PodPlan): LivingSeries[] {
  return ["receive", "transmit"].map((direction) => ({
    metric: `container_network_${direction}_bytes_total`,
    labels: labelText({
      id: cgroupOf(pod, `${pod.uid}/sandbox`),
      namespace: pod.namespace,
      pod: pod.name,
      interface: "eth0",
      job: "kubernetes-nodes-cadvisor",
      instance: pod.node.name,
    }),
    value: counterOf(flat(500 + 2e5 * seededFraction(pod.uid + direction) ** 4), pod.from),
    from: pod.from,
    until: pod.until,
  }));
}

function scaled({ base, swing, phase }: Wave, by: number): Wave {
  return { base: base * by, swing: swing * by, phase };
}
