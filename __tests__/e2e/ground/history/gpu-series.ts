import { labelOf, type ExposedSample } from "./exposition.ts";
import { seededFraction, seededHex } from "./seed.ts";
import { constant, counter, gauge, type Series } from "./usage.ts";

/** What dcgm-exporter tells of every GPU of the recorded cluster: of the idle ones, too, without a workload. */
export function gpuSeries(kubeStateMetrics: readonly ExposedSample[]): Series[] {
  const gpus = kubeStateMetrics.filter(({ labels }) => labelOf(labels, "resource") === "nvidia_com_gpu");
  const nodes = gpus.filter(({ metric }) => metric === "kube_node_status_capacity");
  const requests = gpus.filter(({ metric }) => metric === "kube_pod_container_resource_requests");
  return nodes.flatMap(({ labels, value }) => {
    const node = labelOf(labels, "node") ?? "";
    const workloads = requests.filter((request) => labelOf(request.labels, "node") === node);
    return Array.from({ length: value }, (_, device) => deviceSeries(node, device, workloads[device])).flat();
  });
}

function deviceSeries(node: string, device: number, workload: ExposedSample | undefined): Series[] {
  const hex = seededHex(`${node}/gpu/${device}`);
  const of = (name: string): string => labelOf(workload?.labels ?? "", name) ?? "";
  const labels = [
    `gpu="${device}"`,
    `UUID="GPU-${hex.slice(0, 8)}-0000-0000-0000-${hex.slice(8, 20)}"`,
    `device="nvidia${device}"`,
    'modelName="NVIDIA A10G"',
    `Hostname="${node}"`,
    ...(workload
      ? [`container="${of("container")}"`, `namespace="${of("namespace")}"`, `pod="${of("pod")}"`]
      : []),
    'job="dcgm-exporter"',
    `instance="${node}:9400"`,
  ].join(",");
  const busy = workload ? 0.3 + seededFraction(hex) * 0.6 : 0;
  const phase = seededFraction(`${hex}p`) * 6;
  const values: Readonly<Record<string, Series["value"]>> = {
    DCGM_FI_DEV_GPU_UTIL: rounded(gauge(100 * busy, 8 * busy, phase)),
    DCGM_FI_DEV_MEM_COPY_UTIL: rounded(gauge(45 * busy, 4 * busy, phase)),
    DCGM_FI_DEV_ENC_UTIL: constant(0),
    DCGM_FI_DEV_DEC_UTIL: constant(0),
    DCGM_FI_DEV_FB_USED: constant(Math.round(22_000 * busy)),
    DCGM_FI_DEV_FB_FREE: constant(22_700 - Math.round(22_000 * busy)),
    DCGM_FI_PROF_GR_ENGINE_ACTIVE: gauge(busy, busy / 12, phase),
    DCGM_FI_PROF_PIPE_TENSOR_ACTIVE: gauge(busy / 3, busy / 40, phase),
    DCGM_FI_PROF_DRAM_ACTIVE: gauge(busy / 2, busy / 25, phase),
    DCGM_FI_PROF_PCIE_TX_BYTES: gauge(4e8 * busy, 4e7 * busy, phase),
    DCGM_FI_PROF_PCIE_RX_BYTES: gauge(9e8 * busy, 6e7 * busy, phase),
    DCGM_FI_DEV_POWER_USAGE: gauge(60 + 200 * busy, 12 * busy, phase),
    DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION: rounded(counter(1000 * (60 + 200 * busy), phase)),
    DCGM_FI_DEV_GPU_TEMP: rounded(gauge(32 + 40 * busy, 3 * busy, phase)),
    DCGM_FI_DEV_MEMORY_TEMP: constant(0),
    DCGM_FI_DEV_SM_CLOCK: constant(workload ? 1710 : 210),
    DCGM_FI_DEV_MEM_CLOCK: constant(workload ? 6250 : 405),
    DCGM_FI_DEV_XID_ERRORS: constant(0),
    DCGM_FI_DEV_PCIE_REPLAY_COUNTER: constant(0),
  };
  return Object.entries(values).map(([metric, value]) => ({ metric, labels, value }));
}

function rounded(form: Series["value"]): Series["value"] {
  return (t) => Math.round(form(t));
}
