import type { Chance } from "./chance.ts";
import { planContainer, type Ask } from "./containers.ts";
import type { Placement } from "./placement.ts";
import type { AppPlan, ClusterPlan, ContainerPlan, Life, NodePlan, PodPlan } from "./plan.ts";

/** What all workloads are planned with. */
export interface Planning {
  readonly life: Life;
  readonly chance: Chance;
  readonly nodes: readonly NodePlan[];
  /** Onto nodes for ordinary pods that are there from the start. */
  readonly placement: Placement;
}

/** A workload's apps and pods. */
export type Planned = Pick<ClusterPlan, "apps" | "pods">;

/** The labels of an app's pods, with the dots and slashes that real ones have. */
export function appLabels(app: string, chance: Chance): Record<string, string> {
  return {
    app,
    "app.kubernetes.io/name": app,
    "app.kubernetes.io/version": "1.2.3",
    "example.com/cost.center": chance.pick(`${app}/cost center`, ["cc.1", "cc.2", "cc.3"]),
  };
}

/** The replica set of a deployment. */
export function replicaSetOf(app: string, chance: Chance): string {
  return `${app}-${chance.hex(`${app}/replica set`, 9)}`;
}

/**
 * The pods that one replica of a deployment was, one after the other: its node may leave, it may be rolled out anew,
 * come late, leave early, or have a container restarted.
 */
export function planReplica(
  app: AppPlan,
  asks: readonly Ask[],
  replica: number,
  { life, chance, nodes, placement }: Planning,
): PodPlan[] {
  const about = `${app.name}/${replica}`;
  const containers = asks.map((ask) => planContainer(ask, about, chance));
  const node = placement.place(containers);
  const at = chance.edge(about, life);
  const pod = (part: string, on: NodePlan, lives: Life, of = containers): PodPlan =>
    deploymentPod(app, `${about}${part}`, on, lives, of, chance);
  const leaves = node.until < life.until;
  const successor = leaves && nodes.find(({ index, from }) => index === node.index && from === node.until);
  if (successor) return [pod("", node, node), pod("/moved", successor, successor)];
  const fate = chance.fraction(`${about}/fate`);
  if (fate < 0.04) return [pod("", node, { from: at, until: life.until })];
  if (fate < 0.06) return [pod("", node, { from: life.from, until: at })];
  if (fate < 0.1) {
    return [
      pod("", node, { from: life.from, until: at }),
      pod("/new", node, { from: at, until: life.until }),
    ];
  }
  if (fate < 0.13)
    return [
      pod(
        "",
        node,
        life,
        containers.map((one) => ({ ...one, restartedAt: at })),
      ),
    ];
  return [pod("", node, life)];
}

function deploymentPod(
  app: AppPlan,
  about: string,
  node: NodePlan,
  { from, until }: Life,
  containers: readonly ContainerPlan[],
  chance: Chance,
): PodPlan {
  const replicaSet = replicaSetOf(app.name, chance);
  return {
    from,
    until,
    node,
    namespace: app.namespace,
    name: `${replicaSet}-${chance.hex(`${about}/name`, 8)}`,
    uid: chance.uid(about),
    app: app.name,
    owner: { kind: "ReplicaSet", name: replicaSet },
    labels: { ...appLabels(app.name, chance), "pod-template-hash": chance.hex(`${app.name}/replica set`, 9) },
    containers,
  };
}
