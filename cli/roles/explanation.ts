import type { Cluster } from "../../contract/cluster-arn.ts";
import { clusterRoleArn, clusterRoleName } from "../../contract/names.ts";
import { actionLine } from "../../lambda-src/reconcile/action-line.ts";
import { adoptFormer } from "../../lambda-src/reconcile/adopt.ts";
import { desireRoles } from "../../lambda-src/reconcile/desire.ts";
import type { Inventory } from "../../lambda-src/reconcile/inventory.ts";
import type { ActualRole, Plan } from "../../lambda-src/reconcile/model.ts";
import { planRoles } from "../../lambda-src/reconcile/plan.ts";
import { planRun } from "../../lambda-src/reconcile/reconcile.ts";
import { clusterStep, regionStep, selectionStep } from "./cluster-steps.ts";
import { guardStep } from "./guard-step.ts";
import { identityStep, podNeeds, type PodNeeds } from "./pod-identity.ts";
import { differenceStep, ownershipStep, roleOf, roleStep, wantedStep } from "./role-steps.ts";
import type { Step } from "./step.ts";

/** Everything that is known about one cluster and its role, in the order in which the reconciler decides. */
export interface Explanation {
  readonly cluster: string;
  readonly role: string;
  readonly observedAt: string;
  readonly steps: readonly Step[];
  /** What a run would do, and what it would leave alone and why: one sentence each. */
  readonly result: readonly string[];
  readonly pod: PodNeeds;
}

/** What of a plan is about this cluster or its role. */
function aboutCluster(plan: Plan, cluster: Cluster, names: ReadonlySet<string>): Plan {
  const isAbout = (about: { readonly role: string; readonly cluster?: string | undefined }): boolean =>
    about.cluster === cluster.arn || names.has(about.role.toLowerCase());
  return {
    actions: plan.actions.filter((action) => isAbout(actionLine(action))),
    notes: plan.notes.filter(isAbout),
  };
}

function resultOf({ actions, notes }: Plan, elsewhere: boolean): string[] {
  const sentences = [
    ...actions
      .map(actionLine)
      .map(({ action, role, detail }) =>
        elsewhere && action === "create"
          ? `Conflict: the role "${role}" cannot be made; rename or remove the one that has its name`
          : `Would ${action} role "${role}": ${detail}`,
      ),
    ...notes.map(({ kind, role, reason }) => `Would leave role "${role}" alone (${kind}): ${reason}`),
  ];
  return sentences.length > 0 ? sentences : ["Would do nothing"];
}

/**
 * Explains one cluster. Pure. `elsewhere` is a role of the wanted name outside the deployment's path, of which the
 * reconciler learns only when it makes the role.
 */
export function explainCluster(
  seen: Inventory,
  cluster: Cluster,
  elsewhere?: Pick<ActualRole, "path">,
): Explanation {
  const { deployment, observedAt } = seen;
  const { roles, adoptions } = adoptFormer(deployment, seen.observation.roles);
  const observation = { ...seen.observation, roles };
  const inventory = { ...seen, observation };
  const now = new Date(observedAt);
  const name = clusterRoleName(deployment.namePrefix, cluster);
  const role = roleOf(inventory, cluster, name);
  const names = new Set([name, role?.name ?? name].map((one) => one.toLowerCase()));
  const verdicts = desireRoles(deployment, observation);
  const verdict = verdicts.find(
    (one) => (one.kind === "wanted" ? one.spec.clusterArn : one.clusterArn) === cluster.arn,
  );
  const proposed = aboutCluster(planRoles(deployment, verdicts, observation), cluster, names);
  const final = aboutCluster(planRun(deployment, seen.observation, now), cluster, names);
  const region = observation.regions.find((one) => one.region === cluster.region);
  return {
    cluster: cluster.arn,
    role: clusterRoleArn(deployment.namePrefix, cluster),
    observedAt,
    steps: [
      regionStep(region, cluster.region),
      clusterStep(inventory, cluster),
      selectionStep(inventory, cluster),
      identityStep(inventory, cluster),
      wantedStep(verdict, region),
      roleStep(inventory, name, role, elsewhere),
      ...ownershipStep(inventory, role, adoptions),
      ...differenceStep(proposed, verdict),
      ...guardStep(proposed, final, { deployment, observation, now }),
    ],
    result: resultOf(final, elsewhere !== undefined),
    pod: podNeeds(deployment, cluster),
  };
}
