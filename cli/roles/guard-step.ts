import { DELETE_CHECKS, type Evidence } from "../../lambda-src/reconcile/guard.ts";
import type { Plan } from "../../lambda-src/reconcile/model.ts";
import type { Step } from "./step.ts";

/** What each check of the guard asks for, in the order of {@link DELETE_CHECKS}. */
const DEMANDS: readonly string[] = [
  "the role is ours",
  "its tag names a cluster of this account",
  "the cluster's region is one of the deployment's",
  "that region was completely listed",
  "the cluster is not listed, and not found when asked for",
];

/** What the guard says to what is proposed for a cluster. `final` is what it lets through. */
export function guardStep(proposed: Plan, final: Plan, evidence: Evidence): Step[] {
  const question = "What does the guard say?";
  const deletion = proposed.actions.find((action) => action.kind === "delete");
  if (deletion === undefined) {
    if (proposed.actions.length === 0) return [];
    return [{ question, finding: "ok", answer: "go on: nothing would be deleted" }];
  }
  const details = DELETE_CHECKS.map((check, index) => {
    const reason = check(deletion.role, evidence);
    return `${reason === undefined ? "yes" : "no "}  ${DEMANDS[index] ?? check.name}${reason === undefined ? "" : `: ${reason}`}`;
  });
  const passed = final.actions.find((action) => action.kind === "delete" || action.kind === "mark-orphan");
  if (passed?.kind === "delete") {
    return [{ question, finding: "ok", answer: `delete it: ${passed.reason}`, details }];
  }
  const held = final.notes.find(({ kind }) => kind === "held" || kind === "braked");
  const answer =
    passed === undefined ? `not yet: ${held?.reason ?? "no reason"}` : `not at once: ${passed.reason}`;
  return [{ question, finding: "stop", answer, details }];
}
