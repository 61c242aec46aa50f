import type { LambdaContext } from "./lambda-context.ts";
import { answer, openRun, type RunSummary } from "./lambda-run.ts";
import { readCrudAction } from "./reconcile/crud-event.ts";
import { destroy, reconcile } from "./reconcile/reconcile.ts";

/**
 * Invoked by Terraform's apply: makes the roles on create and update, removes them on delete. A region that cannot
 * be listed just now does not fail the apply: the scheduled run retries it and raises the alarm.
 */
export async function handler(event: unknown, context: LambdaContext): Promise<RunSummary> {
  const action = readCrudAction(event);
  const { deployment, ports } = openRun(context);
  if (action === "delete") return answer(await destroy(deployment, ports), ["ok"]);
  return answer(await reconcile(deployment, ports), ["ok", "partial", "incomplete"]);
}
