import type { LivingSeries } from "../history/lifetimes.ts";
import { labelText, prefixedLabels } from "./label-text.ts";
import type { AppPlan, ClusterPlan, Life, NodePlan, PodPlan } from "./plan.ts";
import { valueOf } from "./wave.ts";

const GIB = 1024 ** 3;

type Labels = Readonly<Record<string, string>>;

/** What OpenCost itself exposes of a cluster: prices, and what each container is allocated. */
export function opencostSeries(plan: ClusterPlan): LivingSeries[] {
  return [
    ...plan.nodes.flatMap(nodeSeries),
    ...plan.pods.flatMap(allocationSeries),
    ...plan.apps.flatMap((app) => appSeries(app, plan)),
    ...volumeSeries(plan),
  ];
}

function series(metric: string, life: Life, labels: Labels, value: LivingSeries["value"]): LivingSeries {
  const scraped = { instance: "127.0.0.1:9003", ...labels, job: "opencost" };
  return { metric, labels: labelText(scraped), value, from: life.from, until: life.until };
}

function nodeSeries(node: NodePlan): LivingSeries[] {
  const { name, prices, cores, memoryBytes, gpus } = node;
  const labels = {
    arch: "amd64",
    instance: name,
    instance_type: node.instanceType,
    node: name,
    provider_id: `aws:///${node.zone}/${node.instanceId}`,
    region: "us-east-1",
  };
  const values = {
    node_cpu_hourly_cost: prices.cpu,
    node_ram_hourly_cost: prices.ram,
    node_gpu_hourly_cost: prices.gpu,
    node_gpu_count: gpus,
    node_total_hourly_cost: prices.cpu * cores + (prices.ram * memoryBytes) / GIB + prices.gpu * gpus,
    kubecost_node_is_spot: node.spot ? 1 : 0,
  };
  const capacity = {
    kube_node_status_capacity_cpu_cores: cores,
    kube_node_status_capacity_memory_bytes: memoryBytes,
  };
  return [
    ...Object.entries(values).map(([metric, value]) => series(metric, node, labels, () => value)),
    ...Object.entries(capacity).map(([metric, value]) => series(metric, node, { node: name }, () => value)),
  ];
}

/** At every moment the larger of what a container requests and uses; of GPUs what it requests. */
function allocationSeries(pod: PodPlan): LivingSeries[] {
  return pod.containers.flatMap(({ name, cpuRequest, memoryRequest, cpu, memory, gpu }) => {
    const { namespace, uid, node } = pod;
    const labels = { container: name, instance: node.name, namespace, node: node.name, pod: pod.name, uid };
    const [cores, bytes] = [valueOf(cpu), valueOf(memory)];
    return [
      series("container_cpu_allocation", pod, labels, (t) => Math.max(cpuRequest, cores(t))),
      series("container_memory_allocation_bytes", pod, labels, (t) => Math.max(memoryRequest, bytes(t))),
      series("container_gpu_allocation", pod, labels, () => gpu?.allocated ?? 0),
    ];
  });
}

const SELECTORS: Partial<Record<AppPlan["controller"], readonly [string, string]>> = {
  deployment: ["deployment_match_labels", "deployment"],
  statefulset: ["statefulSet_match_labels", "statefulSet"],
};

function appSeries(app: AppPlan, life: Life): LivingSeries[] {
  const { namespace, name } = app;
  const selector = prefixedLabels("label", { app: name });
  const one = (): number => 1;
  const selected = SELECTORS[app.controller];
  const all: LivingSeries[] = [];
  if (selected) {
    const [metric, label] = selected;
    all.push(series(metric, life, { [label]: name, namespace, ...selector }, one));
  }
  if (app.controller === "deployment")
    all.push(series("service_selector_labels", life, { service: name, namespace, ...selector }, one));
  const { loadBalancerPerHour: price } = app;
  if (price !== undefined) {
    const labels = { namespace, service_name: name, ingress_ip: `${name}.elb.example.test` };
    all.push(series("kubecost_load_balancer_cost", life, labels, () => price));
  }
  return all;
}

function volumeSeries(plan: ClusterPlan): LivingSeries[] {
  const byClaim = new Map(
    plan.volumes.flatMap((volume) => (volume.claim ? [[volume.claim.name, volume]] : [])),
  );
  const volumes = plan.volumes.flatMap(({ name, volumeId, pricePerGibHour }) => [
    series("pv_hourly_cost", plan, { persistentvolume: name, volumename: name }, () => pricePerGibHour),
    series(
      "kubecost_pv_info",
      plan,
      { persistentvolume: name, provider_id: volumeId, storageclass: "gp3" },
      () => 1,
    ),
  ]);
  const mounts = plan.pods.flatMap((pod) => {
    const volume = pod.claim === undefined ? undefined : byClaim.get(pod.claim);
    if (!volume || pod.claim === undefined) return [];
    const { namespace, uid, claim } = pod;
    const labels = {
      namespace,
      persistentvolume: volume.name,
      persistentvolumeclaim: claim,
      pod: pod.name,
      uid,
    };
    return [series("pod_pvc_allocation", pod, labels, () => volume.bytes)];
  });
  return [...volumes, ...mounts];
}
