import { isoSeconds } from "../contract/hours.ts";
import { COST_COLUMNS } from "../agent-src/export/against-sources/cost-sums.ts";
import type { HourProof, PresenceProof } from "../agent-src/export/against-sources/proof.ts";
import type { Comparison } from "../agent-src/export/cross-check/compare.ts";
import { agreeingShare, comparableShare } from "../agent-src/export/cross-check/verdict.ts";
import { formatCount } from "./format.ts";

/** One line about an hour that was held to its sources. */
export function describeProof(proof: HourProof): string {
  const hour = `${isoSeconds(proof.hour).slice(0, 16).replace("T", " ")}Z`;
  const parts: string[] = [];
  const { sums, containers, gpus, crossCheck } = proof;
  if (sums) {
    const equal = COST_COLUMNS.length - sums.unequal.length;
    parts.push(
      `${equal} of ${COST_COLUMNS.length} cost sums are OpenCost's (${formatCount(sums.exported.rows)} rows)`,
    );
  }
  if (containers) parts.push(describePresence(containers, "containers"));
  if (gpus) parts.push(describePresence(gpus, "GPUs"));
  if (crossCheck) parts.push(describeCrossCheck(crossCheck.byExporter, crossCheck.byCadvisor));
  return `${hour}  ${parts.length === 0 ? "nothing was proved" : parts.join("; ")}`;
}

function describePresence({ seen, missing }: PresenceProof, what: string): string {
  return `${formatCount(seen - missing.length)} of ${formatCount(seen)} ${what} present`;
}

function describeCrossCheck(byExporter: Comparison, byCadvisor: Comparison): string {
  const { answered, recomputed, idle } = byExporter;
  const idleText =
    idle.recomputed === undefined
      ? "idle not recomputed"
      : `idle ${money(idle.answered)} and ${money(idle.recomputed)}`;
  return (
    `recomputed ${money(recomputed)} of ${money(answered)}, ${percent(comparableShare(byExporter))} of the cost agrees ` +
    `(${percent(comparableShare(byCadvisor))} by cAdvisor alone), ${idleText}`
  );
}

/** The same with all figures. */
export function proofJson({ hour, sums, containers, gpus, crossCheck }: HourProof): object {
  return {
    hour: isoSeconds(hour),
    sums: sums
      ? {
          rows: { exported: sums.exported.rows, answered: sums.answered.rows },
          columns: COST_COLUMNS.map((name) => ({
            name,
            exported: sums.exported.sums.get(name) ?? 0,
            answered: sums.answered.sums.get(name) ?? 0,
          })),
        }
      : null,
    containers: containers ?? null,
    gpus: gpus ?? null,
    crossCheck: crossCheck
      ? {
          byExporter: comparisonJson(crossCheck.byExporter),
          byCadvisor: comparisonJson(crossCheck.byCadvisor),
        }
      : null,
  };
}

function comparisonJson(comparison: Comparison): object {
  const { idle } = comparison;
  return {
    ...comparison,
    idle: { answered: idle.answered, recomputed: idle.recomputed ?? null },
    share: { ofAll: agreeingShare(comparison), ofRecomputable: comparableShare(comparison) },
  };
}

function money(amount: number): string {
  return amount.toFixed(5);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
