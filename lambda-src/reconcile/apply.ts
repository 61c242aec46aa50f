import { TAG, WRITER_POLICY_NAME } from "../../contract/names.ts";
import { isQuota, reasonOf } from "../aws-errors.ts";
import { foreignReason } from "./ownership.ts";
import type { Deployment, RoleAction, RoleChange, RoleSpec } from "./model.ts";
import type { Ports, RoleStore } from "./ports.ts";

/** What became of an action. */
export interface Outcome {
  readonly action: RoleAction;
  /** `skipped`: not started, because time ran short or a quota was met. `conflict`, `held`: what was found forbade it. */
  readonly state: "done" | "failed" | "skipped" | "conflict" | "held";
  readonly reason?: string;
}

type Result = Omit<Outcome, "action">;

const DONE: Result = { state: "done" };

/** The order of work: access first, deletions last. */
const ORDER: Readonly<Record<RoleAction["kind"], number>> = {
  update: 0,
  create: 1,
  "clear-orphan": 2,
  "mark-orphan": 3,
  delete: 4,
};

async function createRole(store: RoleStore, spec: RoleSpec, deployment: Deployment): Promise<Result> {
  const created = await store.createRole(spec);
  if (created === "exists") {
    // Either the other Lambda made it a moment ago, or the name is taken: at another path, or without our tags.
    const role = await store.readRole(spec.name).catch(reasonOf);
    const foreign =
      typeof role === "string" || role === undefined
        ? (role ?? "it cannot be found below our path")
        : foreignReason(role, deployment);
    if (foreign !== undefined) {
      const reason = `a role named "${spec.name}" exists and is not ours: ${foreign}; role names are unique per account, whatever the path: rename or remove that role, or change name_prefix`;
      return { state: "conflict", reason };
    }
  }
  await store.putInlinePolicy(spec.name, WRITER_POLICY_NAME, spec.policy);
  return DONE;
}

async function applyChange(store: RoleStore, spec: RoleSpec, change: RoleChange): Promise<void> {
  switch (change.kind) {
    case "boundary":
      return store.putBoundary(spec.name, spec.boundaryArn);
    case "trust":
      return store.putTrust(spec.name, spec.trust);
    case "policy":
      return store.putInlinePolicy(spec.name, WRITER_POLICY_NAME, spec.policy);
    case "remove-inline-policy":
      return store.removeInlinePolicy(spec.name, change.name);
    case "detach-policy":
      return store.detachPolicy(spec.name, change.arn);
    case "tags":
      if (Object.keys(change.set).length > 0) await store.putTags(spec.name, change.set);
      if (change.remove.length > 0) await store.removeTags(spec.name, change.remove);
      return;
  }
}

/** Reads the role once more: what the plan saw may have changed hands since. */
async function deleteRole(
  store: RoleStore,
  planned: { readonly name: string; readonly tags: Readonly<Record<string, string>> },
  deployment: Deployment,
): Promise<Result> {
  const role = await store.readRole(planned.name);
  if (role === undefined) return DONE;
  const foreign = foreignReason(role, deployment);
  if (foreign !== undefined) return { state: "held", reason: `not ours any more: ${foreign}` };
  if (role.tags[TAG.clusterArn] !== planned.tags[TAG.clusterArn]) {
    return { state: "held", reason: "its cluster changed since the plan was made" };
  }
  for (const name of Object.keys(role.inlinePolicies)) await store.removeInlinePolicy(role.name, name);
  for (const arn of role.attachedPolicies) await store.detachPolicy(role.name, arn);
  await store.deleteRole(role.name);
  return DONE;
}

async function applyAction(store: RoleStore, action: RoleAction, deployment: Deployment): Promise<Result> {
  switch (action.kind) {
    case "create":
      return createRole(store, action.spec, deployment);
    case "update":
      for (const change of action.changes) await applyChange(store, action.spec, change);
      return DONE;
    case "mark-orphan":
      await store.putTags(action.role.name, { [TAG.orphanedSince]: action.since });
      return DONE;
    case "clear-orphan":
      await store.removeTags(action.role.name, [TAG.orphanedSince]);
      return DONE;
    case "delete":
      return deleteRole(store, action.role, deployment);
  }
}

/**
 * Does the plan's actions one after the other, since IAM's writes are throttled per account. A failure is an outcome
 * and stops nothing else; a quota stops further creations; when time runs short nothing more is started.
 */
export async function applyPlan(
  actions: readonly RoleAction[],
  deployment: Deployment,
  ports: Pick<Ports, "roles" | "hasTime">,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let quota: string | undefined;
  for (const action of [...actions].sort((left, right) => ORDER[left.kind] - ORDER[right.kind])) {
    if (!ports.hasTime()) {
      outcomes.push({ action, state: "skipped", reason: "time ran short; the next run continues" });
      continue;
    }
    if (action.kind === "create" && quota !== undefined) {
      outcomes.push({ action, state: "failed", reason: `not tried after ${quota}` });
      continue;
    }
    try {
      outcomes.push({ action, ...(await applyAction(ports.roles, action, deployment)) });
    } catch (error) {
      const reason = reasonOf(error);
      if (action.kind === "create" && isQuota(error)) quota = reason;
      outcomes.push({ action, state: "failed", reason });
    }
  }
  return outcomes;
}
