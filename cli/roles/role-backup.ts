import type { FullRole } from "../../lambda-src/reconcile/model.ts";
import type { RoleFacts } from "./adapters/role-facts.ts";

/** A role that was deleted, as the inputs of the two commands of the AWS CLI that make it again. */
export interface RoleBackup {
  readonly version: 1;
  /** ISO instant. */
  readonly savedAt: string;
  /** For `aws iam create-role --cli-input-json`. */
  readonly role: Readonly<Record<string, unknown>>;
  /** Each for `aws iam put-role-policy --cli-input-json`. */
  readonly inlinePolicies: readonly Readonly<Record<string, string>>[];
}

function createInput(role: FullRole, facts: RoleFacts): Readonly<Record<string, unknown>> {
  return {
    RoleName: role.name,
    Path: role.path,
    AssumeRolePolicyDocument: JSON.stringify(role.trust),
    ...(facts.description ? { Description: facts.description } : {}),
    ...(facts.maxSessionSeconds === undefined ? {} : { MaxSessionDuration: facts.maxSessionSeconds }),
    ...(role.boundaryArn === undefined ? {} : { PermissionsBoundary: role.boundaryArn }),
    Tags: Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value })),
  };
}

/** Everything that is needed to make the role again. */
export function backupRole(facts: RoleFacts, savedAt: Date): RoleBackup {
  const { role } = facts;
  return {
    version: 1,
    savedAt: savedAt.toISOString(),
    role: createInput(role, facts),
    inlinePolicies: Object.entries(role.inlinePolicies).map(([PolicyName, document]) => ({
      RoleName: role.name,
      PolicyName,
      PolicyDocument: JSON.stringify(document),
    })),
  };
}

/** The commands that make the role of the backup in `file` again. */
export function restoreCommands(file: string): string[] {
  const quoted = `'${file.replaceAll("'", `'\\''`)}'`;
  return [
    `aws iam create-role --cli-input-json "$(jq -c .role ${quoted})"`,
    `jq -c '.inlinePolicies[]' ${quoted} | while read -r policy; do aws iam put-role-policy --cli-input-json "$policy"; done`,
  ];
}
