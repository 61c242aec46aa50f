import { cpus, totalmem } from "node:os";
import Table from "cli-table3";

/** One measured run of one variant. */
export interface Run {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly maxRssMiB: number;
}

/** All runs of a variant. */
export interface Measured {
  readonly variant: string;
  readonly title: string;
  readonly runs: readonly Run[];
  /** 0 where nothing is written. */
  readonly fileBytes: number;
}

/** The machine without its name. */
export function describeMachine(): Record<string, string | number> {
  return {
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
  };
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}

/** Medians, with how many times each is of `reference`'s. */
export function summarize(measured: readonly Measured[], reference: string): Record<string, unknown>[] {
  const base = measured.find((item) => item.variant === reference);
  if (!base) throw new Error(`no measurement of "${reference}"`);
  const of = (item: Measured, field: keyof Run): number => median(item.runs.map((run) => run[field]));
  return measured.map((item) => ({
    variant: item.variant,
    title: item.title,
    wallMs: Math.round(of(item, "wallMs")),
    cpuMs: Math.round(of(item, "cpuMs")),
    maxRssMiB: Math.round(of(item, "maxRssMiB")),
    fileBytes: item.fileBytes,
    ratios: {
      wall: round2(of(item, "wallMs") / of(base, "wallMs")),
      cpu: round2(of(item, "cpuMs") / of(base, "cpuMs")),
      rss: round2(of(item, "maxRssMiB") / of(base, "maxRssMiB")),
      file: round2(item.fileBytes / base.fileBytes),
    },
  }));
}

/** The table a person reads. */
export function renderTable(measured: readonly Measured[], reference: string): string {
  const table = new Table({
    head: ["variant", "wall", "CPU", "peak RSS", "file", `wall / ${reference}`, "CPU", "RSS", "file"],
    colAligns: ["left", ...Array.from({ length: 8 }, () => "right" as const)],
    style: { head: [], border: [] },
  });
  for (const row of summarize(measured, reference)) {
    const ratios = row["ratios"] as Record<string, number>;
    const file = Number(row["fileBytes"]);
    table.push([
      String(row["title"]),
      `${(Number(row["wallMs"]) / 1000).toFixed(2)} s`,
      `${(Number(row["cpuMs"]) / 1000).toFixed(2)} s`,
      `${row["maxRssMiB"]} MiB`,
      file > 0 ? `${(file / 1e6).toFixed(1)} MB` : "",
      `${ratios["wall"]} x`,
      `${ratios["cpu"]} x`,
      `${ratios["rss"]} x`,
      file > 0 ? `${ratios["file"]} x` : "",
    ]);
  }
  return table.toString();
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
