import type { Allocation } from "./allocation.ts";
import { computeContainers, type Pods } from "./containers.ts";
import type { History } from "./history.ts";
import { applyLoadBalancers } from "./load-balancers.ts";
import { applyMetadata } from "./metadata.ts";
import { applyNodes } from "./nodes.ts";
import type { Span } from "./promql.ts";
import { createUnmountedRows } from "./unmounted.ts";
import { applyVolumes } from "./volumes.ts";

/** All allocations of a window: one a container, then the unmounted rows. `idle` is what the nodes cost beyond them. */
export interface ComputedWindow {
  readonly allocations: readonly Allocation[];
  /** Missing when no node was seen in the window. */
  readonly idle: Allocation | undefined;
}

/** What Prometheus refuses to OpenCost: nothing, or its query for the pods (then everything is idle). */
export type Refused = "nothing" | "pods";

/**
 * OpenCost's answer for a window before it is aggregated.
 * https://github.com/opencost/opencost/blob/develop/pkg/costmodel/allocation_helpers.go
 */
export function computeAllocations(
  history: History,
  window: Span,
  cluster: string,
  refused: Refused = "nothing",
): ComputedWindow {
  const pods: Pods = refused === "pods" ? new Map() : computeContainers(history, window, cluster);
  applyMetadata(history, window, pods);
  const unmounted = createUnmountedRows(window, cluster);
  applyVolumes(history, window, pods, unmounted);
  applyLoadBalancers(history, window, pods, unmounted);
  const idle = applyNodes(history, window, pods, cluster);
  const containers = [...pods.values()].flatMap((pod) => [...pod.containers.values()]);
  return { allocations: [...containers, ...unmounted.all()], idle };
}
