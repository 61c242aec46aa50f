import type { LambdaContext } from "./lambda-context.ts";
import { answer, openRun, type RunSummary } from "./lambda-run.ts";
import { reconcile } from "./reconcile/reconcile.ts";

/** Invoked by the schedule. A run that ran out of time fails, so that Lambda's retry continues it. */
export async function handler(_event: unknown, context: LambdaContext): Promise<RunSummary> {
  const { deployment, ports } = openRun(context);
  return answer(await reconcile(deployment, ports), ["ok"]);
}
