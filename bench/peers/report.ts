import Table from "cli-table3";
import { median } from "../report.ts";
import type { Job, JobRun } from "./measure.ts";

/** The runs of one job. */
export interface JobSummary {
  readonly exporter: Job["exporter"];
  readonly job: string;
  /** Medians. */
  readonly wallMs: number;
  readonly waitedMs: number;
  /** Wall time beyond waiting for the sources. */
  readonly ownMs: number;
  readonly cpuMs: number;
  /** The most of all runs. */
  readonly maxRssMiB: number;
  readonly last: JobRun;
}

/** One bar: ours beside a reference exporter's. */
export interface Comparison {
  readonly what: string;
  readonly ours: number;
  readonly theirs: number;
  readonly unit: "ms" | "MiB";
  readonly ratio: number;
  /** What the ratio may be; missing where it is told for orientation. */
  readonly limit?: number;
}

/** Middle values over the rounds, a line for each job. */
export function summarizeJobs(runs: readonly JobRun[]): JobSummary[] {
  const jobs = new Map<string, JobRun[]>();
  for (const run of runs) {
    const key = `${run.exporter} ${run.job}`;
    jobs.set(key, [...(jobs.get(key) ?? []), run]);
  }
  return [...jobs.values()].map((of) => {
    const last = of[of.length - 1] as JobRun;
    const middle = (value: (run: JobRun) => number): number => Math.round(median(of.map(value)));
    return {
      exporter: last.exporter,
      job: last.job,
      wallMs: middle((run) => run.wallMs),
      waitedMs: middle((run) => run.waitedMs),
      ownMs: middle((run) => run.wallMs - run.waitedMs),
      cpuMs: middle((run) => run.cpuMs),
      maxRssMiB: Math.max(...of.map((run) => run.maxRssMiB)),
      last,
    };
  });
}

/** The bars of the issue, for as many pods as were generated; none where our jobs were left out. */
export function compare(summary: readonly JobSummary[], pods: number): Comparison[] {
  const of = (exporter: string, ...jobs: string[]): JobSummary[] =>
    summary.filter((each) => each.exporter === exporter && (jobs.length === 0 || jobs.includes(each.job)));
  const cpu = (jobs: readonly JobSummary[]): number => jobs.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  const own = (jobs: readonly JobSummary[]): number => jobs.reduce((sum, { ownMs }) => sum + ownMs, 0);
  const peak = (jobs: readonly JobSummary[]): number =>
    Math.max(0, ...jobs.map(({ maxRssMiB }) => maxRssMiB));
  const lines: Comparison[] = [];
  const add = (what: string, unit: "ms" | "MiB", ours: number, theirs: number, limit?: number): void => {
    const ratio = Math.round((ours / theirs) * 1000) / 1000;
    lines.push({ what, ours, theirs, unit, ratio, ...(limit === undefined ? {} : { limit }) });
  };
  const whole = of("ours", "hourly", "samples");
  if (whole.length < 2) return [];
  const [nops, exporter] = [of("nops"), of("parquet-exporter")];
  if (nops.length > 0) {
    add("beyond waiting: all we export / both jobs of nOps", "ms", own(whole), own(nops), 1 / 4);
    add("CPU: all we export / both jobs of nOps", "ms", cpu(whole), cpu(nops));
    add("peak memory: all we export / nOps", "MiB", peak(whole), peak(nops), 1 / 3);
  }
  if (exporter.length > 0) {
    const name = "opencost-parquet-exporter";
    add(`beyond waiting: all we export / ${name}`, "ms", own(whole), own(exporter));
    add(`beyond waiting: allocation alone / ${name}`, "ms", own(of("ours", "allocation")), own(exporter));
    add(
      `peak memory: all we export / ${name}`,
      "MiB",
      peak(whole),
      peak(exporter),
      pods >= 20_000 ? 1 / 5 : 1,
    );
  }
  if (nops.length > 0 && exporter.length > 0) {
    add("beyond waiting: all we export / both exporters", "ms", own(whole), own(nops) + own(exporter), 1 / 4);
  }
  return lines;
}

/** The tables a person reads. */
export function renderPeers(summary: readonly JobSummary[], comparisons: readonly Comparison[]): string {
  const jobs = newTable(
    ["exporter", "job", "wall", "waited", "own", "CPU", "peak RSS", "files", "rows", "columns", "MB", "exit"],
    2,
  );
  for (const { exporter, job, wallMs, waitedMs, ownMs, cpuMs, maxRssMiB, last } of summary) {
    const times = [wallMs, waitedMs, ownMs, cpuMs].map(seconds);
    const written = [last.files, last.rows, last.columns, (last.bytes / 1e6).toFixed(2), last.code].map(
      String,
    );
    jobs.push([exporter, job, ...times, `${maxRssMiB} MiB`, ...written]);
  }
  const bars = newTable(["", "ours", "theirs", "ratio", "limit", ""], 1);
  for (const { what, ours, theirs, unit, ratio, limit } of comparisons) {
    const show = (value: number): string => (unit === "ms" ? seconds(value) : `${value} MiB`);
    const told = limit === undefined ? ["", ""] : [limit.toFixed(2), ratio <= limit ? "held" : "MISSED"];
    bars.push([what, show(ours), show(theirs), ratio.toFixed(2), ...told]);
  }
  return `${jobs.toString()}\n${bars.toString()}`;
}

function newTable(head: string[], leftColumns: number): Table.Table {
  const colAligns = head.map((_, index) => (index < leftColumns ? ("left" as const) : ("right" as const)));
  return new Table({ head, colAligns, style: { head: [], border: [] } });
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}
