import { textTable } from "../text-table.ts";
import type { Part } from "./part.ts";
import { isRunning, residentBytes } from "./processes.ts";
import { startedPrograms } from "./run-state.ts";

/** One program of a part, as `status` tells it. */
export interface ProgramStatus {
  readonly part: string;
  readonly program: string;
  readonly running: boolean;
  readonly pid: number;
  readonly ports: readonly number[];
  readonly memoryBytes: number;
  readonly startedAt: string;
  readonly readySeconds: number;
  readonly log: string;
}

const MIB = 1024 * 1024;
const HEADER = ["part", "program", "state", "pid", "ports", "memory", "ready in", "since"];

/** What the ground started and did not stop, in the order of `parts`. A program that died is told, too. */
export function programStatuses(parts: readonly Part[]): readonly ProgramStatus[] {
  return parts.flatMap(({ name: part }) =>
    startedPrograms(part).map((program) => ({
      part,
      program: program.name,
      running: isRunning(program),
      pid: program.pid,
      ports: program.ports,
      memoryBytes: isRunning(program) ? residentBytes(program.pid) : 0,
      startedAt: program.startedAt,
      readySeconds: Math.round(program.readySeconds * 10) / 10,
      log: program.log,
    })),
  );
}

/** The statuses as a table with a sum, ready to print. */
export function statusTable(statuses: readonly ProgramStatus[]): string {
  if (statuses.length === 0) return "Nothing is up.";
  const rows = statuses.map((status) => [
    status.part,
    status.program,
    status.running ? "up" : "DIED",
    String(status.pid),
    status.ports.join(" "),
    `${Math.round(status.memoryBytes / MIB)} MiB`,
    `${status.readySeconds.toFixed(1)} s`,
    status.startedAt.slice(11, 19),
  ]);
  const sum = statuses.reduce((total, { memoryBytes }) => total + memoryBytes, 0);
  return [
    textTable([HEADER, ...rows], HEADER.length),
    `${statuses.length} programs, ${Math.round(sum / MIB)} MiB`,
  ].join("\n");
}

/** What a person wants to know about the parts that are up: URLs, KUBECONFIG. */
export function partFacts(parts: readonly Part[]): Readonly<Record<string, string>> {
  const up = parts.filter(({ name }) => startedPrograms(name).some(isRunning));
  return Object.assign({}, ...up.map(({ facts }) => facts ?? {})) as Record<string, string>;
}
