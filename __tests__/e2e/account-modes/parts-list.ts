import { BUCKET, ROLE_PATH, roleNameOf, type TestCluster } from "../account/expected-role.ts";

// What each part of the stack makes, as `listInventory` names it. Names are spelled out: that they are as documented is
// said here a second time, independently.

const PREFIX = "nops-container-cost";

/** In every mode. */
export const ALWAYS = [`bucket ${BUCKET}`, "database nops_container_cost", `policy /${PREFIX}-read`] as const;

/** The two Lambdas, and what they need. */
export const RECONCILER = [
  `function ${PREFIX}-agent-role-creation`,
  `function ${PREFIX}-agent-role-management`,
  `log group /aws/lambda/${PREFIX}-agent-role-creation`,
  `log group /aws/lambda/${PREFIX}-agent-role-management`,
  `policy /${PREFIX}-boundary`,
  `queue ${PREFIX}-dead-letters`,
  `role /${PREFIX}-lambda`,
  `rule ${PREFIX}-scheduled-check`,
] as const;

/** The user of the whole bucket. */
export const USER = [`user /${PREFIX}-s3`] as const;

/** The copies for another account. */
export const REPLICATION = [`role /${PREFIX}-replication`] as const;

const ALARM_NAMES = [
  "dead-letters",
  "deletions-braked",
  "regions-failed",
  "role-conflicts",
  "role-creation-errors",
  "role-creation-throttles",
  "role-management-errors",
  "role-management-silence",
  "role-management-throttles",
];

/** What wakes somebody. */
export const ALARMS = ALARM_NAMES.map((name) => `alarm ${PREFIX}-${name}`);

/** The alarms' addresses in the stack. */
export const ALARM_ADDRESSES = ALARM_NAMES.map(
  (name) => `aws_cloudwatch_metric_alarm.${name.replaceAll("-", "_")}[0]`,
);

/** The roles of clusters. */
export function rolesOf(...clusters: readonly TestCluster[]): string[] {
  return clusters.map((cluster) => `role ${ROLE_PATH}${roleNameOf(cluster)}`);
}
