import Table from "cli-table3";
import { median } from "../report.ts";
import type { CallCounts } from "./account.ts";
import type { ColdStart, Run } from "./measure.ts";

/** The bars of the scheduled run at a thousand clusters. */
const BARS = { unchangedMs: 60_000, readsPerCluster: 3.2, memoryMiB: 128, minifiedBytes: 1_200_000 };

/** What one vCPU is to Lambda, in MiB of memory: a function gets its share of it. */
const MIB_PER_VCPU = 1769;
const MEMORY_MIB = 512;

/** Of one vCPU, at the function's memory. */
export const CPU_SHARE = MEMORY_MIB / MIB_PER_VCPU;

/** The title of the run with that share. */
export const LIMITED = `unchanged, CPU of ${MEMORY_MIB} MiB`;

/** The title of the run that does nothing. */
export const EMPTY = "empty handler";

/** Medians by what is started. */
export type StartSummary = Record<string, ColdStart>;

export function summarizeStarts(starts: Readonly<Record<string, readonly ColdStart[]>>): StartSummary {
  return Object.fromEntries(
    Object.entries(starts).map(([name, samples]) => {
      const of = (field: keyof ColdStart): number => round1(median(samples.map((one) => one[field])));
      return [
        name,
        { initMs: of("initMs"), importMs: of("importMs"), cpuMs: of("cpuMs"), rssMiB: of("rssMiB") },
      ];
    }),
  );
}

export function renderColdStarts(
  summary: StartSummary,
  bytes: Readonly<Record<"deployed" | "minified", number>>,
): string {
  const table = new Table({
    head: ["start", "bytes", "to first poll", "of it loading", "above empty", "CPU", "RSS"],
    colAligns: ["left", "right", "right", "right", "right", "right", "right"],
    style: { head: [], border: [] },
  });
  const floor = summary["empty"]?.initMs ?? 0;
  for (const [name, { initMs, importMs, cpuMs, rssMiB }] of Object.entries(summary)) {
    const size = name.endsWith("minified") ? bytes.minified : name === "empty" ? 0 : bytes.deployed;
    table.push([
      name,
      size > 0 ? size.toLocaleString("en") : "",
      `${initMs.toFixed(0)} ms`,
      `${importMs.toFixed(0)} ms`,
      name === "empty" ? "" : `${(initMs - floor).toFixed(0)} ms`,
      `${cpuMs.toFixed(0)} ms`,
      `${rssMiB} MiB`,
    ]);
  }
  return table.toString();
}

/** The runs, and each API's calls below them. */
export function renderRuns(runs: readonly Run[], clusters: number, idleMiB: number): string {
  const measured = runs.filter(({ title }) => title !== EMPTY);
  const table = new Table({
    head: ["", ...measured.map(({ title }) => title)],
    colAligns: ["left", ...measured.map(() => "right" as const)],
    style: { head: [], border: [] },
  });
  const row = (name: string, cell: (run: Run) => string): void =>
    void table.push([name, ...measured.map(cell)]);
  row("wall", (run) => `${(run.wallMs / 1000).toFixed(1)} s`);
  row("CPU", (run) => `${(run.cpuMs / 1000).toFixed(1)} s`);
  row("peak RSS above the runtime's", (run) => `${(run.peakRssMiB - idleMiB).toFixed(0)} MiB`);
  row("longest line of the log", (run) => `${(run.longestLineBytes / 1000).toFixed(0)} kB`);
  row("invocations", (run) => String(run.invocations));
  row("reads", (run) => String(total(run.reads)));
  row("reads per cluster", (run) => (total(run.reads) / clusters).toFixed(2));
  row("writes", (run) => String(total(run.writes)));
  const apis = new Set(measured.flatMap((run) => Object.keys({ ...run.reads, ...run.writes })));
  for (const api of [...apis].sort()) {
    row(`  ${api}`, (run) => String(run.reads[api] ?? run.writes[api] ?? 0));
  }
  return table.toString();
}

export interface Verdict {
  readonly bar: string;
  readonly value: number;
  readonly kept: boolean;
}

/** Each bar with what was measured. */
export function verdicts(
  runs: readonly Run[],
  clusters: number,
  idleMiB: number,
  bytes: Readonly<Record<"minified", number>>,
): Verdict[] {
  const unchanged = runs.filter(({ title }) => title === "unchanged run" || title === "unchanged, warm");
  const most = (value: (run: Run) => number): number => Math.max(...unchanged.map(value));
  const limited = runs.find(({ title }) => title === LIMITED);
  const atMost = (bar: string, value: number, limit: number): Verdict => ({
    bar: `${bar}, at most ${limit}`,
    value: Math.round(value * 100) / 100,
    kept: value <= limit,
  });
  return [
    {
      bar: `clusters found unchanged, all ${clusters}`,
      value: Math.min(...unchanged.map(({ counts }) => counts["unchanged"] ?? 0)),
      kept: unchanged.every(({ counts }) => counts["unchanged"] === clusters),
    },
    atMost(
      "ms of an unchanged run",
      most((run) => run.wallMs),
      BARS.unchangedMs,
    ),
    atMost("ms of an unchanged run with Lambda's CPU", limited?.wallMs ?? Infinity, BARS.unchangedMs),
    atMost(
      "writes of an unchanged run",
      most((run) => total(run.writes)),
      0,
    ),
    // The draw of the roles that are read in full is another one each time.
    atMost(
      "reads per cluster of an unchanged run, mean",
      unchanged.reduce((sum, run) => sum + total(run.reads), 0) / unchanged.length / clusters,
      BARS.readsPerCluster,
    ),
    atMost(
      "MiB above the runtime, of any run",
      Math.max(...runs.map((run) => run.peakRssMiB)) - idleMiB,
      BARS.memoryMiB,
    ),
    atMost("bytes of the code, minified", bytes.minified, BARS.minifiedBytes),
  ];
}

function total(counts: CallCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}
