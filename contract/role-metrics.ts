/** The figures of one run of the role reconciler, as CloudWatch metrics: what the Lambdas write and alarms read. */
export const ROLE_METRICS_NAMESPACE = "ContainerInsights/Roles";

/** The metrics' one dimension; its value is the deployment's id, the bucket's name. */
export const ROLE_METRICS_DIMENSION = "Deployment";

/** What is counted. */
export type RoleMetric =
  | "RolesCreated"
  | "RolesUpdated"
  | "RolesDeleted"
  | "RolesUnchanged"
  /** Left as they are by a rule or for want of evidence, the grace period included. */
  | "RolesHeld"
  /** Due for deletion, and kept because more are due than a run may delete. */
  | "DeletionsBraked"
  | "RoleConflicts"
  | "ActionsFailed"
  | "RegionsFailed"
  | "RunsIncomplete";
