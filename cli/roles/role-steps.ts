import type { Cluster } from "../../contract/cluster-arn.ts";
import { actionLine } from "../../lambda-src/reconcile/action-line.ts";
import type { Inventory } from "../../lambda-src/reconcile/inventory.ts";
import type {
  ActualRole,
  ClusterVerdict,
  Plan,
  RegionObservation,
} from "../../lambda-src/reconcile/model.ts";
import { clusterOfRole, foreignReason } from "../../lambda-src/reconcile/ownership.ts";
import { formatCounted } from "../format.ts";
import { changeDetails } from "./role-difference.ts";
import type { Step } from "./step.ts";

/** What the reconciler wants for the cluster. */
export function wantedStep(verdict: ClusterVerdict | undefined, region: RegionObservation | undefined): Step {
  const question = "Is a role wanted?";
  if (verdict === undefined && region?.state === "complete") {
    return { question, finding: "stop", answer: "no: there is no cluster for it" };
  }
  if (verdict === undefined) {
    return { question, finding: "unknown", answer: "that cannot be said without its region" };
  }
  if (verdict.kind === "wanted") return { question, finding: "ok", answer: "yes" };
  return { question, finding: "stop", answer: `not now (${verdict.kind}): ${verdict.reason}` };
}

/** The role of the cluster's name, else one whose tag names the cluster. */
export function roleOf({ observation }: Inventory, cluster: Cluster, name: string): ActualRole | undefined {
  const byName = observation.roles.find((role) => role.name.toLowerCase() === name.toLowerCase());
  return byName ?? observation.roles.find((role) => clusterOfRole(role)?.arn === cluster.arn);
}

/** Whether there is a role. `elsewhere` has its name outside the deployment's path. */
export function roleStep(
  { observation, deployment }: Inventory,
  name: string,
  role: ActualRole | undefined,
  elsewhere: Pick<ActualRole, "path"> | undefined,
): Step {
  const question = `Is there a role "${name}"?`;
  if (role !== undefined) {
    const other = role.name === name ? "" : `, but the role "${role.name}" names the cluster in its tag`;
    return { question, finding: "ok", answer: `${other === "" ? "yes" : "no"}${other}, at ${role.path}` };
  }
  const unreadable = observation.unreadableRoles.find((one) => one.name === name);
  if (unreadable) return { question, finding: "unknown", answer: `it cannot be read: ${unreadable.reason}` };
  if (elsewhere === undefined) return { question, finding: "ok", answer: "no" };
  const answer = `there is one at path "${elsewhere.path}", not at /${deployment.namePrefix}/; names are unique per account, so ours cannot be made`;
  return { question, finding: "stop", answer };
}

/** Whether the role, if any, is the deployment's, or becomes so. */
export function ownershipStep(
  { deployment }: Inventory,
  role: ActualRole | undefined,
  adoptions: Plan["actions"],
): Step[] {
  if (role === undefined) return [];
  const adoption = adoptions.map(actionLine).find((line) => line.role === role.name);
  if (adoption) {
    return [{ question: "Is the role ours?", finding: "ok", answer: `it is taken over: ${adoption.detail}` }];
  }
  const reason = foreignReason(role, deployment);
  const answer = reason === undefined ? "yes, by path and tags" : `no: ${reason}`;
  return [{ question: "Is the role ours?", finding: reason === undefined ? "ok" : "stop", answer }];
}

/** What differs, for a role that is wanted and not somebody else's. `proposed` is the plan for its cluster. */
export function differenceStep(proposed: Plan, verdict: ClusterVerdict | undefined): Step[] {
  if (verdict?.kind !== "wanted") return [];
  if (proposed.notes.some(({ kind }) => kind === "held")) return [];
  const question = "Is everything as wanted?";
  const [action] = proposed.actions;
  const isConflict = proposed.notes.some(({ kind }) => kind === "conflict");
  if (action === undefined && isConflict) return [];
  if (action === undefined) return [{ question, finding: "ok", answer: "yes" }];
  if (action.kind !== "update" && action.kind !== "create") return [];
  const role = action.kind === "update" ? action.role : undefined;
  const details = action.changes.flatMap((change) => changeDetails(change, role, action.spec));
  const answer =
    action.kind === "create"
      ? "no: the role is missing"
      : `no: ${formatCounted(action.changes.length, "difference")}`;
  return [{ question, finding: "stop", answer, details }];
}
