import type { LambdaContext } from "./lambda-context.ts";
import { answer, lookOf, openRun, type RunSummary } from "./lambda-run.ts";
import { reconcile } from "./reconcile/reconcile.ts";
import { readTrigger } from "./reconcile/trigger.ts";

/**
 * Invoked by the schedule, and by what CloudTrail tells of clusters and OIDC providers. Whatever the event is, the run is
 * one over all clusters and roles: a hint may be late, doubled, lost or forged, and such a run is right in each case. Only
 * of some roles, others each time, it reads everything; of all of them when it is invoked by hand. A run that ran out of
 * time fails, so that Lambda's retry continues it.
 */
export async function handler(event: unknown, context: LambdaContext): Promise<RunSummary> {
  const trigger = readTrigger(event);
  const { deployment, ports } = openRun(context);
  ports.log("INFO", "Run started", { trigger });
  const look = lookOf(context, ports, trigger.event === "unknown");
  return answer(await reconcile(deployment, ports, { look, trigger }), ["ok"]);
}
