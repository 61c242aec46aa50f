import type { LambdaContext } from "./lambda-context.ts";
import { answer, lookOf, openRun, type RunSummary } from "./lambda-run.ts";
import { readCrudEvent } from "./reconcile/crud-event.ts";
import { destroy, reconcile } from "./reconcile/reconcile.ts";
import { settlingReads } from "./reconcile/settling-reads.ts";

/**
 * Invoked by Terraform's apply: makes the roles on create and update, removes them on delete. What cannot be seen just
 * now, or conflicts, does not fail the apply while anything was seen: the scheduled run retries it and raises the
 * alarm. On create the function's own permissions may be seconds old.
 */
export async function handler(event: unknown, context: LambdaContext): Promise<RunSummary> {
  const { action, formerBucket } = readCrudEvent(event);
  const run = openRun(context);
  const { ports } = run;
  const deployment = { ...run.deployment, formerBucket };
  if (action === "delete") return answer(await destroy(deployment, ports), ["ok"]);
  const reads = action === "create" ? settlingReads(ports) : ports;
  const look = lookOf(context, ports, true);
  return answer(await reconcile(deployment, ports, { reads, look }), ["ok", "partial", "incomplete"]);
}
