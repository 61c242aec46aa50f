import { buildAllocationRow, type AllocationRun } from "../../../../agent-src/export/allocation-row.ts";
import { createPodUids } from "../../../../agent-src/export/pod-uids.ts";
import type { AnsweredRow, ExportedRow } from "./cost-table.ts";
import type { ClusterPlan } from "./plan.ts";

/** The rows that the agent makes of an hour's answer, without a Prometheus and a file in between. */
export function agentRows(plan: ClusterPlan, hour: number, answer: readonly AnsweredRow[]): ExportedRow[] {
  const uids = createPodUids();
  for (const { namespace, name, uid } of plan.pods) uids.add(namespace, name, uid);
  const price = (of: "cpu" | "ram" | "gpu"): Map<string, number> =>
    new Map(plan.nodes.map((node) => [node.name, node.prices[of]]));
  const run: AllocationRun = {
    hour: hour as AllocationRun["hour"],
    clusterArn: "arn:aws:eks:us-east-1:123456789012:cluster/lab",
    currency: "USD",
    lookups: {
      uids,
      prices: { cpu: price("cpu"), ram: price("ram"), gpu: price("gpu") },
      runningContainers: undefined,
    },
    readLabels: () => "{}",
  };
  return answer.map((row) => buildAllocationRow({ ...row }, run).row);
}
