import { MANAGED_BY, TAG, WRITER_POLICY_NAME } from "../../contract/names.ts";
import { isQuota, reasonOf } from "../aws-errors.ts";
import { applyAssociationChange, removeAssociations, type ClusterPorts } from "./apply-associations.ts";
import { clusterOfRole, foreignReason } from "./ownership.ts";
import { foreignByNow } from "./still-ours.ts";
import { identityMode, trustsPodIdentity } from "./pod-identity.ts";
import type { ActualRole, Deployment, FullRole, RoleAction, RoleChange, RoleSpec } from "./model.ts";
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

const OUT_OF_TIME: Result = {
  state: "skipped",
  reason: "there was no time left for it; the next run continues",
};

/** The order of work: access first, deletions last. */
const ORDER: Readonly<Record<RoleAction["kind"], number>> = {
  // IAM lets the Lambdas change nothing of a role that does not carry their deployment's tag.
  adopt: -1,
  update: 0,
  create: 1,
  "clear-orphan": 2,
  "mark-orphan": 3,
  delete: 4,
};

/** What applying needs: the roles, the clusters' associations, and whether there is time left. */
export type ApplyPorts = Pick<Ports, "roles" | "hasTime"> & ClusterPorts;

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

async function applyChange(
  ports: ApplyPorts,
  spec: RoleSpec,
  change: RoleChange,
  deployment: Deployment,
): Promise<void> {
  const store = ports.roles;
  switch (change.kind) {
    case "associate":
    case "retag":
    case "reassociate":
    case "disassociate":
      return applyAssociationChange(ports, spec, change);
    case "leave-pod-identity":
      return removeAssociations(ports, spec.clusterArn, deployment);
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

/** Each change may take a minute of retries, so time is looked at before each. */
async function applyChanges(
  ports: ApplyPorts,
  spec: RoleSpec,
  changes: readonly RoleChange[],
  deployment: Deployment,
): Promise<Result> {
  for (const change of changes) {
    if (!ports.hasTime()) return OUT_OF_TIME;
    await applyChange(ports, spec, change, deployment);
  }
  return DONE;
}

/**
 * Asks once more, after the plan and whoever looked at it: the cluster may be back, and the other Lambda may have
 * taken the mark away.
 */
async function whyNotGone(
  ports: ApplyPorts,
  planned: ActualRole,
  role: ActualRole,
): Promise<string | undefined> {
  if (role.tags[TAG.orphanedSince] !== planned.tags[TAG.orphanedSince]) {
    return `its tag ${TAG.orphanedSince} changed since the plan was made`;
  }
  const cluster = clusterOfRole(role);
  if (cluster === undefined) return "its cluster is unknown";
  const found = await ports.clusters(cluster.region).describeCluster(cluster.name);
  return found === undefined ? undefined : "its cluster exists again";
}

type Deletion = RoleAction & { readonly kind: "delete" };

/** Reads the role once more: what the plan saw may have changed hands since. */
async function deleteRole(ports: ApplyPorts, action: Deletion, deployment: Deployment): Promise<Result> {
  const store = ports.roles;
  const planned = action.role;
  const role = await store.readRole(planned.name);
  if (role === undefined) return DONE;
  const foreign = foreignReason(role, deployment);
  if (foreign !== undefined) return { state: "held", reason: `not ours any more: ${foreign}` };
  if (role.tags[TAG.clusterArn] !== planned.tags[TAG.clusterArn]) {
    return { state: "held", reason: "its cluster changed since the plan was made" };
  }
  const reason = action.destroyed ? undefined : await whyNotGone(ports, planned, role);
  if (reason !== undefined) return { state: "held", reason };
  return removeRole(ports, role, deployment);
}

async function removeRole(ports: ApplyPorts, role: FullRole, deployment: Deployment): Promise<Result> {
  const store = ports.roles;
  const cluster = clusterOfRole(role);
  if (cluster && usedByPodIdentity(role, cluster.name, deployment)) {
    await removeAssociations(ports, cluster.arn, deployment);
  }
  for (const name of Object.keys(role.inlinePolicies)) await store.removeInlinePolicy(role.name, name);
  for (const arn of role.attachedPolicies) await store.detachPolicy(role.name, arn);
  if (!ports.hasTime()) return OUT_OF_TIME;
  await store.deleteRole(role.name);
  return DONE;
}

/** By its mode, and by its trust, should the mode have changed a moment ago. */
function usedByPodIdentity(role: ActualRole, cluster: string, deployment: Deployment): boolean {
  return identityMode(deployment, cluster) === "pod-identity" || trustsPodIdentity(role.trust);
}

async function applyAction(ports: ApplyPorts, action: RoleAction, deployment: Deployment): Promise<Result> {
  const store = ports.roles;
  const foreign = await foreignByNow(store, action, deployment);
  if (foreign !== undefined) return { state: "held", reason: foreign };
  switch (action.kind) {
    case "create": {
      const created = await createRole(store, action.spec, deployment);
      if (created.state !== "done") return created;
      return applyChanges(ports, action.spec, action.changes, deployment);
    }
    case "update":
      return applyChanges(ports, action.spec, action.changes, deployment);
    case "adopt":
      await store.putTags(action.role.name, {
        [TAG.managedBy]: MANAGED_BY,
        [TAG.deployment]: deployment.bucket,
      });
      return DONE;
    case "mark-orphan":
      await store.putTags(action.role.name, { [TAG.orphanedSince]: action.since });
      return DONE;
    case "clear-orphan":
      await store.removeTags(action.role.name, [TAG.orphanedSince]);
      return DONE;
    case "delete":
      return deleteRole(ports, action, deployment);
  }
}

/**
 * Does the plan's actions one after the other, since IAM's writes are throttled per account. A failure is an outcome
 * and stops nothing else; a quota stops further creations; when time runs short nothing more is started.
 * `onOutcome` hears of each action as it ends, so that a log has it even if the run is cut off.
 */
export async function applyPlan(
  actions: readonly RoleAction[],
  deployment: Deployment,
  ports: ApplyPorts,
  onOutcome: (outcome: Outcome) => void = () => {},
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const end = (outcome: Outcome): void => {
    outcomes.push(outcome);
    onOutcome(outcome);
  };
  let quota: string | undefined;
  for (const action of [...actions].sort((left, right) => ORDER[left.kind] - ORDER[right.kind])) {
    if (!ports.hasTime()) {
      end({ action, ...OUT_OF_TIME });
      continue;
    }
    if (action.kind === "create" && quota !== undefined) {
      end({ action, state: "failed", reason: `not tried after ${quota}` });
      continue;
    }
    try {
      end({ action, ...(await applyAction(ports, action, deployment)) });
    } catch (error) {
      const reason = reasonOf(error);
      if (action.kind === "create" && isQuota(error)) quota = reason;
      end({ action, state: "failed", reason });
    }
  }
  return outcomes;
}
