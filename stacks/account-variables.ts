import { TerraformVariable, type TerraformVariableConfig } from "cdktf";
import type { Construct } from "constructs";
import { ACCESS_VARIABLES } from "./account-variables/access.ts";
import { ALARMS_VARIABLES } from "./account-variables/alarms.ts";
import { BUCKET_VARIABLES } from "./account-variables/bucket.ts";
import { LIFECYCLE_VARIABLES } from "./account-variables/lifecycle.ts";
import { NAMING_VARIABLES } from "./account-variables/naming.ts";
import { QUERY_VARIABLES } from "./account-variables/query.ts";
import { REPLICATION_VARIABLES } from "./account-variables/replication.ts";
import { ROLES_VARIABLES } from "./account-variables/roles.ts";
import { SCHEDULE_VARIABLES } from "./account-variables/schedule.ts";
import { withId } from "./terraform-expressions.ts";

/** The parameters of an account by what they are about, in the order of the documentation. */
export const VARIABLE_GROUPS = {
  "Names and tags": NAMING_VARIABLES,
  Bucket: BUCKET_VARIABLES,
  "How long data is kept": LIFECYCLE_VARIABLES,
  "Copies in a central bucket": REPLICATION_VARIABLES,
  "Who reads and writes": ACCESS_VARIABLES,
  "The clusters' roles": ROLES_VARIABLES,
  "When roles are checked": SCHEDULE_VARIABLES,
  Alarms: ALARMS_VARIABLES,
  Queries: QUERY_VARIABLES,
} satisfies Record<string, Record<string, TerraformVariableConfig>>;

/** Every parameter of an account, as data: one synthesized stack serves all accounts. */
const ACCOUNT_VARIABLES = {
  ...NAMING_VARIABLES,
  ...BUCKET_VARIABLES,
  ...LIFECYCLE_VARIABLES,
  ...REPLICATION_VARIABLES,
  ...ACCESS_VARIABLES,
  ...ROLES_VARIABLES,
  ...ALARMS_VARIABLES,
  ...SCHEDULE_VARIABLES,
  ...QUERY_VARIABLES,
} satisfies Record<string, TerraformVariableConfig>;

export type AccountVariables = Readonly<Record<keyof typeof ACCOUNT_VARIABLES, TerraformVariable>>;

/** Adds every variable of {@link ACCOUNT_VARIABLES} under its own name. */
export function addAccountVariables(scope: Construct): AccountVariables {
  const entries = Object.entries<TerraformVariableConfig>(ACCOUNT_VARIABLES).map(([name, config]) => {
    const variable = withId(new TerraformVariable(scope, name, config), name);
    // Every variable is optional, and cdktf cannot take null as a default.
    if (config.default === undefined) variable.addOverride("default", null);
    return [name, variable] as const;
  });
  return Object.fromEntries(entries) as AccountVariables;
}
