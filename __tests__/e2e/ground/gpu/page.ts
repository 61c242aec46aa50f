import { labelText } from "../generator/label-text.ts";
import { GPU_COUNTERS } from "./counters.ts";
import type { GpuDevice } from "./devices.ts";

/** A page of dcgm-exporter about `devices` at `t`, in epoch seconds; their counters began at `since`. */
export function gpuPage(devices: readonly GpuDevice[], t: number, since: number): string {
  const lines = GPU_COUNTERS.flatMap(({ name, type, help, value, wholeOnly }) => {
    const samples = devices
      .filter(({ isMig }) => !(isMig && wholeOnly))
      .map(({ labels, active }) => `${name}{${labelText(labels)}} ${value(active, t, since)}`);
    return samples.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples];
  });
  return lines.map((line) => `${line}\n`).join("");
}
