import type { LambdaContext } from "./lambda-context.ts";
import { answer, openRun, type RunSummary } from "./lambda-run.ts";
import { reconcile } from "./reconcile/reconcile.ts";
import { readTrigger } from "./reconcile/trigger.ts";

/**
 * Invoked by the schedule, and by what CloudTrail tells of clusters and OIDC providers. Whatever the event is, the run is
 * a full one: a hint may be late, doubled, lost or forged, and a run that looks at everything is right in each case. A
 * run that ran out of time fails, so that Lambda's retry continues it.
 */
export async function handler(event: unknown, context: LambdaContext): Promise<RunSummary> {
  const trigger = readTrigger(event);
  const { deployment, ports } = openRun(context);
  ports.log("INFO", "Run started", { trigger });
  return answer(await reconcile(deployment, ports, ports, trigger), ["ok"]);
}
