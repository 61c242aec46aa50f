import type { Chance } from "./chance.ts";
import type { ContainerPlan } from "./plan.ts";

const MIB = 1024 ** 2;

/** What a container asks for: cores and MiB, 0 for nothing. */
export interface Ask {
  readonly name: string;
  readonly cpu: number;
  readonly memoryMib: number;
  readonly cpuLimit?: number;
  /** Stays below its requests, so that what it is allocated never changes. */
  readonly modest?: boolean;
}

/** A container of `pod` with its own usage: some use a fraction of their requests, some more than they asked for. */
export function planContainer(ask: Ask, pod: string, chance: Chance): ContainerPlan {
  const about = `${pod}/${ask.name}`;
  const share = (what: string): number => chance.fraction(`${about}/${what}`);
  const cores = (ask.cpu || 0.05) * (ask.modest ? 0.1 + share("cpu") * 0.4 : 0.05 + share("cpu") ** 2 * 1.6);
  const bytes =
    (ask.memoryMib * MIB || 5e7) * (ask.modest ? 0.2 + share("memory") * 0.5 : 0.2 + share("memory") * 0.9);
  const phase = share("phase") * 2 * Math.PI;
  return {
    name: ask.name,
    cpuRequest: ask.cpu,
    cpuLimit: ask.cpuLimit ?? 0,
    memoryRequest: ask.memoryMib * MIB,
    memoryLimit: ask.memoryMib * MIB * 2,
    cpu: { base: cores, swing: cores * 0.6, phase },
    memory: { base: bytes, swing: bytes * 0.1, phase },
  };
}
