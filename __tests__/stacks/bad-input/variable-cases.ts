import { ACCESS_CASES } from "./variables/access.ts";
import { ALARMS_CASES } from "./variables/alarms.ts";
import { BUCKET_CASES } from "./variables/bucket.ts";
import { NAMING_CASES } from "./variables/naming.ts";
import { KEYS_CASES } from "./variables/keys.ts";
import { LIFECYCLE_CASES } from "./variables/lifecycle.ts";
import { QUERY_CASES } from "./variables/query.ts";
import { ROLES_CASES } from "./variables/roles.ts";
import type { VariableCases } from "./variables/cases.ts";

/** One value that Terraform refuses. */
export interface VariableCase {
  /** `<variable>, <what is wrong>` */
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly value: string;
  readonly message: string;
}

const GROUPS: readonly VariableCases[] = [
  ...NAMING_CASES,
  ...BUCKET_CASES,
  ...LIFECYCLE_CASES,
  ...KEYS_CASES,
  ...ACCESS_CASES,
  ...ROLES_CASES,
  ...ALARMS_CASES,
  ...QUERY_CASES,
];

/** Values of the account's variables that are refused, each with the whole message. */
export const VARIABLE_CASES: readonly VariableCase[] = GROUPS.flatMap((group) =>
  Object.entries(group.values).map(([wrong, value]) => ({
    name: `${group.variable}, ${wrong}`,
    variables: { ...group.with, [group.variable]: value },
    value,
    message: group.message(value),
  })),
);
