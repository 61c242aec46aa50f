import type { Allocation } from "./allocation.ts";
import { podKey, presence, type Pods } from "./containers.ts";
import type { History } from "./history.ts";
import { averageOverTime, RESOLUTION_SECONDS, type Span } from "./promql.ts";
import type { UnmountedRows } from "./unmounted.ts";

/**
 * Shares the load balancers out to the containers behind their services, by the hours that each was there.
 * What nothing stands behind goes to the cluster's unmounted row.
 */
export function applyLoadBalancers(
  history: History,
  window: Span,
  pods: Pods,
  unmounted: UnmountedRows,
): void {
  const behind = containersByService(pods);
  for (const series of history.series("kubecost_load_balancer_cost")) {
    const { namespace = "", service_name: name = "", ingress_ip: ip = "" } = series.labels;
    const price = averageOverTime(series, window);
    const seen = presence(series, window);
    if (price === undefined || !seen || ip === "") continue;
    // OpenCost adds one step to what it saw: an hour costs 65 minutes.
    const cost = (price * (seen.end - seen.start + RESOLUTION_SECONDS)) / 3600;
    const until = seen.end + RESOLUTION_SECONDS;
    const service = podKey(namespace, name);
    const shares = (behind.get(service) ?? []).map((allocation) => ({
      allocation,
      hours: Math.max(0, Math.min(allocation.end, until) - Math.max(allocation.start, seen.start)) / 3600,
    }));
    const total = shares.reduce((sum, { hours }) => sum + hours, 0);
    // OpenCost books a balancer whose service selects no pod twice: once for no pods and once for no hours.
    const booked = shares.length === 0 ? 2 : total === 0 ? 1 : 0;
    for (let times = 0; times < booked; times++) bookUnmounted(unmounted.ofCluster(), name, cost);
    for (const { allocation, hours } of shares) {
      if (total > 0) allocation.loadBalancerCost += (cost * hours) / total;
      allocation.loadBalancers.set(service, { service, cost: allocation.loadBalancerCost, ip, hours });
    }
  }
}

function bookUnmounted(row: Allocation, service: string, cost: number): void {
  row.loadBalancerCost += cost;
  row.properties.services = [...(row.properties.services ?? []), service];
}

function containersByService(pods: Pods): Map<string, Allocation[]> {
  const behind = new Map<string, Allocation[]>();
  for (const { namespace, containers } of pods.values()) {
    for (const allocation of containers.values()) {
      for (const service of allocation.properties.services ?? []) {
        const key = podKey(namespace, service);
        const known = behind.get(key);
        if (known) known.push(allocation);
        else behind.set(key, [allocation]);
      }
    }
  }
  return behind;
}
