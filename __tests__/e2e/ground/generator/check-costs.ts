import { agentRows } from "./agent-rows.ts";
import { createHistory } from "../opencost/history.ts";
import { startOpencostStandIn } from "../opencost/server.ts";
import { compareHour, type AnsweredRow, type ComparedHour } from "./cost-table.ts";
import type { ClusterPlan } from "./plan.ts";
import { clusterSeries, SCRAPE_SECONDS } from "./series.ts";

const AGGREGATE = "cluster,namespace,controllerKind,controller,pod,container";

/**
 * Asks OpenCost for every hour of a generated cluster and compares. Without a URL the stand-in answers, from the
 * cluster's series; a real OpenCost needs the same series in its Prometheus.
 */
export async function checkCosts(plan: ClusterPlan, opencostUrl?: string): Promise<ComparedHour> {
  const standIn =
    opencostUrl === undefined
      ? await startOpencostStandIn({ history: createHistory(clusterSeries(plan), SCRAPE_SECONDS) })
      : undefined;
  const hours: ComparedHour[] = [];
  try {
    for (let hour = plan.from; hour < plan.until; hour += 3600) {
      const answer = await askHour(opencostUrl ?? standIn?.url ?? "", hour);
      hours.push(compareHour(plan, { hour, answer, exported: agentRows(plan, hour, answer) }));
    }
  } finally {
    await standIn?.stop();
  }
  return { lines: hours.flatMap(({ lines }) => lines), faults: hours.flatMap(({ faults }) => faults) };
}

/** OpenCost's rows of the hour from `hour`. @throws Error when it does not answer 200 */
export async function askHour(url: string, hour: number): Promise<AnsweredRow[]> {
  const query = new URLSearchParams({
    window: `${hour},${hour + 3600}`,
    aggregate: AGGREGATE,
    includeIdle: "true",
    step: "1h",
  });
  const response = await fetch(`${url}/allocation/compute?${query}`);
  if (!response.ok)
    throw new Error(`OpenCost answered "${response.status}" for the hour at "${hour}"; expected 200`);
  const { data } = (await response.json()) as { data: readonly [Record<string, AnsweredRow>] };
  return Object.values(data[0]);
}
