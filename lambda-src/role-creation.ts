import { reasonOf } from "./aws-errors.ts";
import { ReconcileError } from "./errors.ts";
import type { LambdaContext } from "./lambda-context.ts";
import { answer, lookOf, openRun, type RunSummary } from "./lambda-run.ts";
import { readCrudEvent } from "./reconcile/crud-event.ts";
import type { Deployment } from "./reconcile/model.ts";
import { destroy, reconcile } from "./reconcile/reconcile.ts";
import { settlingPorts } from "./reconcile/settling-ports.ts";
import { wayToFinishAdoption } from "./reconcile/unfinished-adoption.ts";

/**
 * Invoked by Terraform's apply: makes the roles on create and update, removes them on delete. What cannot be seen just
 * now, or conflicts, does not fail the apply while anything was seen: the scheduled run retries it and raises the
 * alarm. Only a role of a former bucket that is not taken over fails it, because no scheduled run knows that bucket.
 * The function's own permissions may be seconds old.
 */
export async function handler(event: unknown, context: LambdaContext): Promise<RunSummary> {
  const { action, formerBucket } = readCrudEvent(event);
  const run = openRun(context);
  const deployment = { ...run.deployment, formerBucket };
  if (action === "delete") return answer(await destroy(deployment, run.ports), ["ok"]);
  const ports = settlingPorts(run.ports);
  const look = lookOf(context, ports, true);
  try {
    return answer(await reconcile(deployment, ports, { look }), ["ok", "partial", "incomplete"]);
  } catch (error) {
    throw withWayOn(error, deployment);
  }
}

/** A run that found no role to take over, since it could not even look, has to say how that is done later. */
function withWayOn(error: unknown, deployment: Deployment): unknown {
  const wayOn = wayToFinishAdoption(deployment);
  const reason = reasonOf(error);
  if (wayOn === undefined || reason.includes(wayOn)) return error;
  return new ReconcileError(`${reason}; should roles of the former bucket be left: ${wayOn}`, {
    cause: error,
  });
}
