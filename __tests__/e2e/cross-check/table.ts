import type { Comparison } from "../../../agent-src/export/cross-check/compare.ts";
import { agreeingShare, comparableShare, refusals } from "../../../agent-src/export/cross-check/verdict.ts";
import { textTable } from "../ground/text-table.ts";

/** OpenCost's costs of an hour beside recomputed ones. */
export interface Line {
  readonly hour: string;
  /** Whose figures for usage. */
  readonly usage: string;
  readonly comparison: Comparison;
}

const HEAD = [
  "hour",
  "usage by",
  "rows",
  "OpenCost",
  "recomputed",
  "agrees",
  "of all",
  "idle",
  "recomputed",
  "verdict",
];

/** The lines as a table. "agrees": share of the recomputable cost; "of all": of all cost but idle. */
export function tableText(lines: readonly Line[]): string {
  const rows = lines.map(({ hour, usage, comparison }) => {
    const { rows: counts, answered, recomputed, idle } = comparison;
    return [
      hour,
      usage,
      `${counts.agreeing}/${Math.max(counts.answered, counts.recomputed)}`,
      answered.toFixed(5),
      recomputed.toFixed(5),
      percent(comparableShare(comparison)),
      percent(agreeingShare(comparison)),
      idle.answered.toFixed(5),
      idle.recomputed?.toFixed(5) ?? "-",
      refusals(comparison).length === 0 ? "confirmed" : "refused",
    ];
  });
  return textTable([HEAD, ...rows], 2);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
