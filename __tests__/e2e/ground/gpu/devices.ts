import { gpuUses } from "../generator/gpu-uses.ts";
import type { Wave } from "../generator/wave.ts";
import type { Snapshot } from "../population/snapshot.ts";

/** A GPU, or a MIG instance of one, as an exporter names it, with what runs on it. */
export interface GpuDevice {
  readonly node: string;
  /** `gpu`, `UUID`, … in the order in which dcgm-exporter writes them. */
  readonly labels: Readonly<Record<string, string>>;
  readonly isMig: boolean;
  /** Share of the time in which the engine is active, 0 to 1. */
  readonly active: Wave;
}

/**
 * The GPUs of a snapshot's nodes: one for each workload that runs on it, and one without a workload for each that is
 * idle. A time-sliced GPU that several pods share is there once for each of them.
 */
export function gpuDevices(snapshot: Snapshot): GpuDevice[] {
  return gpuUses(snapshot)
    .filter(({ from, until }) => from <= snapshot.at && snapshot.at < until)
    .map(({ node, labels, isMig, active }) => ({ node: node.name, labels, isMig, active }))
    .sort((a, b) => compareText(placeOf(a), placeOf(b)));
}

function placeOf({ node, labels }: GpuDevice): string {
  return [node, labels["gpu"], labels["pod"] ?? ""].join("/");
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
