import { skipped, warning, type Check, type Finding, type Level } from "./check.ts";
import type { DoctorContext } from "./context.ts";

/** A check with what it found. */
export interface CheckResult {
  readonly id: string;
  readonly title: string;
  /** The worst of its findings. */
  readonly level: Level;
  readonly findings: readonly Finding[];
  /** The check that has to be without a problem first; undefined when this one has looked. */
  readonly blockedBy?: string;
  readonly milliseconds: number;
}

/** Told while checks run. */
export type DoctorEvent =
  | { readonly kind: "started"; readonly check: Check }
  | { readonly kind: "finished"; readonly result: CheckResult };

const WORST_FIRST: readonly Level[] = ["problem", "warning", "ok", "skipped"];

/**
 * Runs the checks one after the other: none disturbs another's requests, and what it says is in reading order. A check
 * is skipped when one that it needs has a problem, was skipped for that, or is not in the list.
 * @throws the signal's reason when aborted
 */
export async function runChecks(
  checks: readonly Check[],
  context: DoctorContext,
  onEvent: (event: DoctorEvent) => void,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  const blocked = new Set<string>();
  for (const check of checks) {
    context.signal.throwIfAborted();
    onEvent({ kind: "started", check });
    const start = performance.now();
    const obstacle = check.needs.find((id) => blocked.has(id));
    const findings = obstacle === undefined ? await look(check, context) : [behind(obstacle, checks)];
    context.signal.throwIfAborted();
    const level = worst(findings);
    if (level === "problem" || obstacle !== undefined) blocked.add(check.id);
    const milliseconds = Math.round(performance.now() - start);
    const blockedBy = obstacle === undefined ? {} : { blockedBy: obstacle };
    const result = { id: check.id, title: check.title, level, findings, ...blockedBy, milliseconds };
    results.push(result);
    onEvent({ kind: "finished", result });
  }
  return results;
}

function behind(obstacle: string, checks: readonly Check[]): Finding {
  const title = checks.find(({ id }) => id === obstacle)?.title ?? obstacle;
  return skipped(`needs "${title}" first`);
}

async function look(check: Check, context: DoctorContext): Promise<readonly Finding[]> {
  try {
    return await check.run(context);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return [warning(`cannot tell: ${text}`, "see the reason; then run doctor again")];
  }
}

/** The worst level of findings. */
export function worst(findings: readonly { readonly level: Level }[]): Level {
  return WORST_FIRST.find((level) => findings.some((finding) => finding.level === level)) ?? "skipped";
}
