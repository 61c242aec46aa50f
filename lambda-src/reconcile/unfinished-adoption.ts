import { actionLine } from "./action-line.ts";
import type { Outcome } from "./apply.ts";
import type { Deployment, Observation, RoleAction } from "./model.ts";
import { matchesAny } from "./selection.ts";

const NAMES_SHOWN = 3;

/** What says whether the roles of a former bucket are taken over, and what a person would do it with. */
export type AdoptingDeployment = Pick<
  Deployment,
  "bucket" | "formerBucket" | "regions" | "namePrefix" | "podIdentityClusters"
>;

/**
 * How roles of the former bucket are taken over later; undefined where the bucket is as before. Nothing does it by
 * itself: the AWS provider keeps the new input of `aws_lambda_invocation` although its update failed, so Terraform
 * neither repeats the call nor knows the former bucket any more, and a scheduled run never knew it.
 */
export function wayToFinishAdoption(deployment: AdoptingDeployment): string | undefined {
  const { bucket, formerBucket, regions, namePrefix } = deployment;
  if (formerBucket === undefined || formerBucket === bucket) return undefined;
  const flags = `--regions ${regions.join(",")} --name-prefix ${namePrefix} --bucket ${bucket} --former-bucket ${formerBucket}`;
  return `Terraform does not repeat a failed update, and no later run knows the former bucket: repair the cause, then run "npx container-insights roles apply ${flags}", with the stack's other variables as flags`;
}

/** Whether an action takes over a role, or an association with it. */
function adopts(action: RoleAction): boolean {
  if (action.kind === "adopt") return true;
  return (
    "changes" in action &&
    action.changes.some(({ kind }) => kind === "retag" || kind === "leave-pod-identity")
  );
}

/** Where associations can be that were not seen. */
function unseenAssociations(
  { podIdentityClusters }: AdoptingDeployment,
  regions: Observation["regions"],
): string[] {
  if (podIdentityClusters.length === 0) return [];
  return regions.flatMap((region) =>
    region.state === "failed"
      ? [`the associations in ${region.region} (${region.reason})`]
      : region.clusters
          .filter(({ name, problem }) => problem !== undefined && matchesAny(podIdentityClusters, name))
          .map(({ arn, problem }) => `the associations of cluster "${arn}" (${problem})`),
  );
}

function describeRole(name: string, reason = "no reason"): string {
  return `role "${name}" (${reason})`;
}

/** What is still the former bucket's, or may be so because it could not be read, and what is to be done, in one sentence. */
export function unfinishedAdoption(
  deployment: AdoptingDeployment,
  { regions, unreadableRoles }: Pick<Observation, "regions" | "unreadableRoles">,
  outcomes: readonly Outcome[],
): string | undefined {
  const wayOn = wayToFinishAdoption(deployment);
  const left = [
    ...outcomes.flatMap(({ action, state, reason }) =>
      adopts(action) && state !== "done" ? [describeRole(actionLine(action).role, reason)] : [],
    ),
    ...unreadableRoles.map(({ name, reason }) => describeRole(name, reason)),
    ...unseenAssociations(deployment, regions),
  ];
  if (wayOn === undefined || left.length === 0) return undefined;
  const shown = left.slice(0, NAMES_SHOWN);
  const more = left.length > shown.length ? ` and ${left.length - shown.length} more` : "";
  return `The roles of the bucket "${deployment.formerBucket}" are not all taken over: ${shown.join(", ")}${more}; ${wayOn}`;
}
