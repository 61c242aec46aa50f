import type { LivingSeries } from "../history/lifetimes.ts";
import { seededHex } from "../history/seed.ts";
import { labelText } from "./label-text.ts";
import type { PodPlan } from "./plan.ts";
import { valueOf } from "./wave.ts";

/** What a GPU exporter (dcgm-exporter) tells of the GPUs that a pod's containers run on. */
export function gpuSeries(pod: PodPlan): LivingSeries[] {
  return pod.containers.flatMap(({ name, gpu }) => {
    if (!gpu) return [];
    const mig = gpu.resource.includes("/mig-");
    const devices = Math.max(1, Math.ceil(gpu.allocated));
    return Array.from({ length: devices }, (_, more): LivingSeries[] => {
      const device = gpu.device + more;
      const hex = seededHex(`${pod.node.name}/gpu/${device}`);
      const labels = labelText({
        gpu: String(device),
        UUID: `GPU-${hex.slice(0, 8)}-0000-0000-0000-${hex.slice(8, 20)}`,
        device: `nvidia${device}`,
        modelName: "NVIDIA A10G",
        Hostname: pod.node.name,
        ...(mig ? { GPU_I_ID: "1", GPU_I_PROFILE: "1g.5gb" } : {}),
        container: name,
        namespace: pod.namespace,
        pod: pod.name,
        job: "dcgm",
        instance: pod.node.name,
      });
      const { from, until } = pod;
      return [
        { metric: "DCGM_FI_PROF_GR_ENGINE_ACTIVE", labels, value: valueOf(gpu.active), from, until },
        { metric: "DCGM_FI_DEV_DEC_UTIL", labels, value: () => 0, from, until },
      ];
    }).flat();
  });
}
