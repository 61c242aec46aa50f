import type { ContainerPlan, NodePlan } from "./plan.ts";

/** Puts pods onto nodes. */
export interface Placement {
  /**
   * The next node in turn with room for the peaks of `containers`; with `staying` one that never leaves.
   * @throws Error when there is none
   */
  place(containers: readonly ContainerPlan[], staying?: "staying"): NodePlan;
}

const MOST_PODS = 110;
// The rest is for the daemon set.
const USABLE = 0.95;

/** Places onto `nodes` in turn, each filled to its capacity at most; those that end before `until` leave. */
export function createPlacement(nodes: readonly NodePlan[], until: number): Placement {
  const rooms = nodes.map((node) => ({
    node,
    cores: node.cores * USABLE,
    bytes: node.memoryBytes * USABLE,
    pods: MOST_PODS,
  }));
  let next = 0;
  return {
    place(containers, staying) {
      const cores = sumOf(containers, ({ cpuRequest, cpu }) => Math.max(cpuRequest, cpu.base + cpu.swing));
      const bytes = sumOf(containers, ({ memoryRequest, memory }) =>
        Math.max(memoryRequest, memory.base + memory.swing),
      );
      for (let tried = 0; tried < rooms.length; tried++) {
        const room = rooms[next++ % rooms.length];
        if (!room || (staying && room.node.until < until)) continue;
        if (room.cores < cores || room.bytes < bytes || room.pods === 0) continue;
        room.cores -= cores;
        room.bytes -= bytes;
        room.pods--;
        return room.node;
      }
      throw new Error(`no node has room for ${cores} cores and ${bytes} bytes; plan more nodes`);
    },
  };
}

function sumOf(containers: readonly ContainerPlan[], of: (container: ContainerPlan) => number): number {
  return containers.reduce((sum, container) => sum + of(container), 0);
}
