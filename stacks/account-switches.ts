import { TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import { withId } from "./terraform-expressions.ts";

/**
 * What an account's variables switch on, by local: each is known at plan, whatever else is not, because a `count` may
 * depend on nothing else. The only place where a switch is derived. By conditionals, not `&&`: before Terraform 1.12
 * false and a value that is not known yet make something that is not known yet.
 */
const SWITCHES = {
  manage_roles: "!var.create_iam_user",
  attach_read_policy: '(var.attach_read_policy == null ? var.role_name != "" : var.attach_read_policy)',
  use_cluster_role_boundary:
    '(var.use_cluster_role_boundary == null ? var.cluster_role_boundary_arn != "" : var.use_cluster_role_boundary)',
  create_alarms:
    '!local.manage_roles ? false : (var.create_alarms == null ? var.alarm_topic_arn != "" : var.create_alarms)',
  check_regions: 'local.manage_roles ? var.include_regions != "" : false',
  follow_cluster_events: "local.manage_roles ? var.cluster_events : false",
  use_pod_identity: "local.manage_roles ? length(var.pod_identity_clusters) > 0 : false",
  // Not where the caller vouches for the role: the same plan may create it.
  check_role_name: '(var.attach_read_policy == null ? var.role_name != "" : false)',
  use_kms: '(var.use_kms == null ? var.kms_key_arn != "" : var.use_kms)',
  replicate: '(var.replicate == null ? var.replication_bucket_arn != "" : var.replicate)',
} as const;

export type AccountSwitch = keyof typeof SWITCHES;

/** Adds a local for each switch. */
export function addAccountSwitches(scope: Construct): void {
  for (const [name, expression] of Object.entries(SWITCHES)) {
    withId(new TerraformLocal(scope, `switch-${name}`, `\${${expression}}`), name);
  }
}

/** The expression, without `${}`, that reads a switch. */
export function whether(name: AccountSwitch): string {
  return `local.${name}`;
}
