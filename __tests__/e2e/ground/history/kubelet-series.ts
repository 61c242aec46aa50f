import { labelOf, type ExposedSample } from "./exposition.ts";
import { seededFraction, seededHex } from "./seed.ts";
import { constant, counter, gauge, type Series } from "./usage.ts";

const JOB = "kubernetes-nodes-cadvisor";

function only(samples: readonly ExposedSample[], metric: string): readonly string[] {
  return samples.filter((sample) => sample.metric === metric).map(({ labels }) => labels);
}

/** What cAdvisor reports of each pod's network: one interface, counted at the pod's cgroup, without a container. */
export function podNetworkSeries(kubeStateMetrics: readonly ExposedSample[]): Series[] {
  return only(kubeStateMetrics, "kube_pod_info").flatMap((info) => {
    const of = (name: string): string => labelOf(info, name) ?? "";
    const uid = of("uid");
    // A pod on the host's network has no interface of its own, and a waiting one none yet.
    if (of("host_network") === "true" || of("node") === "") return [];
    const slice = `kubepods-burstable-pod${uid.replaceAll("-", "_")}.slice`;
    const labels = [
      `id="/kubepods.slice/kubepods-burstable.slice/${slice}/cri-containerd-${seededHex(`${uid}sandbox`)}.scope"`,
      'interface="eth0"',
      `namespace="${of("namespace")}"`,
      `pod="${of("pod")}"`,
      `job="${JOB}"`,
      `instance="${of("node")}"`,
    ].join(",");
    return (["receive", "transmit"] as const).map((direction) => ({
      metric: `container_network_${direction}_bytes_total`,
      labels,
      value: counter(1000 * (1 + seededFraction(`${uid}${direction}`) * 400), seededFraction(uid) * 6),
    }));
  });
}

/** What the kubelet reports of each claim that is mounted. */
export function claimSeries(kubeStateMetrics: readonly ExposedSample[]): Series[] {
  const sizes = new Map(
    kubeStateMetrics
      .filter(({ metric }) => metric === "kube_persistentvolumeclaim_resource_requests_storage_bytes")
      .map(({ labels, value }) => [labelOf(labels, "persistentvolumeclaim") ?? "", value]),
  );
  return only(kubeStateMetrics, "kube_pod_spec_volumes_persistentvolumeclaims_info").flatMap((claim) => {
    const [namespace, name] = [
      labelOf(claim, "namespace") ?? "",
      labelOf(claim, "persistentvolumeclaim") ?? "",
    ];
    const size = sizes.get(name) ?? 0;
    const labels = `namespace="${namespace}",persistentvolumeclaim="${name}",job="kubernetes-nodes"`;
    const used = size * (0.2 + seededFraction(name) * 0.6);
    return [
      { metric: "kubelet_volume_stats_capacity_bytes", labels, value: constant(size) },
      { metric: "kubelet_volume_stats_used_bytes", labels, value: gauge(used, size / 50, 0) },
    ];
  });
}

/** What Prometheus notes of each target: the kubelet of every node, kube-state-metrics and OpenCost. */
export function scrapeSeries(kubeStateMetrics: readonly ExposedSample[]): Series[] {
  const nodes = only(kubeStateMetrics, "kube_node_info").map((info) => labelOf(info, "node") ?? "");
  const targets = [
    ...nodes.map((instance) => ({ job: JOB, instance, samples: 900 })),
    { job: "kube-state-metrics", instance: "127.0.0.1:9501", samples: kubeStateMetrics.length },
    { job: "opencost", instance: "127.0.0.1:9003", samples: 21_000 },
  ];
  return targets.flatMap(({ job, instance, samples }) => {
    const labels = `job="${job}",instance="${instance}"`;
    const seconds = samples / 20_000;
    return [
      { metric: "up", labels, value: constant(1) },
      { metric: "scrape_samples_scraped", labels, value: constant(samples) },
      { metric: "scrape_samples_post_metric_relabeling", labels, value: constant(Math.round(samples / 3)) },
      { metric: "scrape_duration_seconds", labels, value: gauge(seconds, seconds / 4, 0) },
    ];
  });
}
