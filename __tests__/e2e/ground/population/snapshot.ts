import type { AppPlan, ClusterPlan, Life, NodePlan, PodPlan, VolumePlan } from "../generator/plan.ts";

/** A generated cluster as it is at one instant. */
export interface Snapshot {
  /** Tells this population's objects from others'. */
  readonly mark: string;
  /** Epoch seconds. */
  readonly at: number;
  readonly namespaces: readonly string[];
  readonly nodes: readonly NodePlan[];
  readonly pods: readonly PodPlan[];
  readonly apps: readonly AppPlan[];
  readonly volumes: readonly VolumePlan[];
}

/** Label of everything that a population consists of; its value is the population's mark. */
export const POPULATION_LABEL = "ground.example.com/population";

/** What exists in `plan` at `at`. @throws Error when the plan does not cover that instant */
export function takeSnapshot(plan: ClusterPlan, at = populatedInstant(plan)): Snapshot {
  if (at < plan.from || at >= plan.until) {
    throw new Error(`the cluster exists from "${plan.from}" until "${plan.until}", not at "${at}"`);
  }
  const { namespaces, apps, volumes } = plan;
  const isThere = (life: Life): boolean => life.from <= at && at < life.until;
  return {
    mark: `seed-${plan.seed}`,
    at,
    namespaces,
    apps,
    volumes,
    nodes: plan.nodes.filter(isThere),
    pods: plan.pods.filter(isThere),
  };
}

/** The instant at which a cluster is put to life: when its first Job has just begun, so that it has one of everything. */
export function populatedInstant(plan: ClusterPlan): number {
  const starts = plan.pods.filter(({ owner }) => owner.kind === "Job").map(({ from }) => from);
  return starts.length > 0 ? Math.min(...starts) : plan.from;
}
