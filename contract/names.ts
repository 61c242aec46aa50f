import { createHash } from "node:crypto";
import type { Cluster } from "./cluster-arn.ts";

/** Keeps the predecessor's resource names, so that a migration is an import. */
export const DEFAULT_NAME_PREFIX = "nops-container-cost";

/** Longest prefix that still leaves seven characters of the cluster's name in a 64-character role name. */
export const MAX_NAME_PREFIX_LENGTH = 32;

/** IAM's limit for a role name. */
const MAX_ROLE_NAME_LENGTH = 64;

const HASH_LENGTH = 8;

/** Tags by which a role is known as ours. Identity is read from them, never from a name. */
export const TAG = {
  managedBy: "container-insights:managed-by",
  deployment: "container-insights:deployment",
  clusterArn: "container-insights:cluster-arn",
  orphanedSince: "container-insights:orphaned-since",
} as const;

/** The value of {@link TAG.managedBy}. */
export const MANAGED_BY = "role-reconciler";

/** The name of the one inline policy of a cluster role. */
export const WRITER_POLICY_NAME = "container-insights-writer";

/** What one deployment's resources are called. */
export interface DeploymentNames {
  /** Also the deployment id: the value of {@link TAG.deployment}. */
  readonly bucket: string;
  readonly user: string;
  readonly creationFunction: string;
  readonly managementFunction: string;
  readonly lambdaRole: string;
  readonly readPolicy: string;
  readonly replicationRole: string;
  readonly rule: string;
  /** The rule for what happens to clusters; what forwards it has this name in its own region. */
  readonly eventsRule: string;
  readonly boundary: string;
  /** Queue for what the Lambdas could not do after every retry. */
  readonly deadLetters: string;
  /** IAM path of every cluster role, with both slashes. */
  readonly rolePath: string;
}

/** The name of an alarm; `alarm` has words joined by underscores. */
export function alarmName(prefix: string, alarm: string): string {
  return `${prefix}-${alarm.replaceAll("_", "-")}`;
}

/** Name of the role that forwards the events of `region`: the names of IAM's roles are the whole account's. */
export function forwardingRoleName(prefix: string, region: string): string {
  return `${prefix}-events-${region}`;
}

/** What Lambda itself calls a function's log group: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html */
export function logGroupName(functionName: string): string {
  return `/aws/lambda/${functionName}`;
}

/** Names of all resources of the deployment `prefix` in `account` (which may be a Terraform expression). */
export function deploymentNames(prefix: string, account: string): DeploymentNames {
  return {
    bucket: `${prefix}-${account}`,
    user: `${prefix}-s3`,
    creationFunction: `${prefix}-agent-role-creation`,
    managementFunction: `${prefix}-agent-role-management`,
    lambdaRole: `${prefix}-lambda`,
    readPolicy: `${prefix}-read`,
    replicationRole: `${prefix}-replication`,
    rule: `${prefix}-scheduled-check`,
    eventsRule: `${prefix}-cluster-events`,
    boundary: `${prefix}-boundary`,
    deadLetters: `${prefix}-dead-letters`,
    rolePath: `/${prefix}/`,
  };
}

/**
 * Name of the Glue database of the deployment `prefix`: Athena knows no hyphens in names. Not for a Terraform
 * expression, in which nothing can be replaced here.
 */
export function queryDatabaseName(prefix: string): string {
  return prefix.replaceAll("-", "_");
}

/**
 * The IAM role name of a cluster: a pure function of its identity.
 *
 * `<prefix>-<cluster>_<region>` when that fits 64 characters and the cluster's name is all lower-case;
 * otherwise the cluster's name is cut and 8 hex digits of sha256(`partition/account/region/cluster`) follow,
 * because IAM role names are unique without regard to case while EKS names are case-sensitive.
 */
export function clusterRoleName(prefix: string, cluster: Omit<Cluster, "arn">): string {
  const plain = `${prefix}-${cluster.name}_${cluster.region}`;
  if (plain.length <= MAX_ROLE_NAME_LENGTH && cluster.name === cluster.name.toLowerCase()) return plain;
  const identity = `${cluster.partition}/${cluster.account}/${cluster.region}/${cluster.name}`;
  const hash = createHash("sha256").update(identity).digest("hex").slice(0, HASH_LENGTH);
  const room = MAX_ROLE_NAME_LENGTH - `${prefix}-_${cluster.region}-`.length - HASH_LENGTH;
  return `${prefix}-${cluster.name.slice(0, room)}_${cluster.region}-${hash}`;
}

/** ARN of a cluster's role, path included. */
export function clusterRoleArn(prefix: string, cluster: Omit<Cluster, "arn">): string {
  const { rolePath } = deploymentNames(prefix, cluster.account);
  return `arn:${cluster.partition}:iam::${cluster.account}:role${rolePath}${clusterRoleName(prefix, cluster)}`;
}
