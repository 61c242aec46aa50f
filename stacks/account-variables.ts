import { TerraformVariable, VariableType, type TerraformVariableConfig } from "cdktf";
import type { Construct } from "constructs";
import { DEFAULT_NAME_PREFIX, MAX_NAME_PREFIX_LENGTH } from "../contract/names.ts";
import { DEFAULT_KEY_PREFIX } from "../contract/object-keys.ts";
import { withId } from "./terraform-expressions.ts";

// CloudWatch Logs accepts no other numbers (PutRetentionPolicy API reference).
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

function flag(description: string, byDefault: boolean): TerraformVariableConfig {
  return { type: VariableType.BOOL, description, default: byDefault, nullable: false };
}

function wholeNumber(
  name: string,
  byDefault: number,
  highest: number,
  description: string,
): TerraformVariableConfig {
  return {
    type: VariableType.NUMBER,
    description,
    default: byDefault,
    nullable: false,
    validation: [
      {
        condition: `\${var.${name} >= 0 && var.${name} <= ${highest} && floor(var.${name}) == var.${name}}`,
        errorMessage: `${name} is "\${var.${name}}"; set a whole number from 0 to ${highest}.`,
      },
    ],
  };
}

function text(
  description: string,
  byDefault: string,
  validation: { condition: string; errorMessage: string },
): TerraformVariableConfig {
  return {
    type: VariableType.STRING,
    description,
    default: byDefault,
    nullable: false,
    validation: [{ ...validation, condition: `\${${validation.condition}}` }],
  };
}

/** Every parameter of an account, as data: one synthesized stack serves all accounts. */
export const ACCOUNT_VARIABLES = {
  include_regions: text(
    "Regions whose EKS clusters get a role, separated by commas; empty: the region of this stack.",
    "",
    {
      condition:
        'alltrue([for region in split(",", var.include_regions) : trimspace(region) == "" || can(regex("^[a-z]{2}[a-z-]*-[0-9]$", trimspace(region)))])',
      errorMessage:
        'include_regions is "${var.include_regions}"; list regions separated by commas, such as "eu-west-1,us-east-1".',
    },
  ),
  role_name: text("Name of an existing IAM role that may read the bucket; empty: none.", "", {
    condition: 'can(regex("^[A-Za-z0-9_+=,.@-]{0,64}$", var.role_name))',
    errorMessage: 'role_name is "${var.role_name}"; give the name of a role, not its ARN or path.',
  }),
  attach_read_policy: {
    type: VariableType.BOOL,
    description:
      "Whether the read policy is attached to role_name; null: when role_name is given. Set it where role_name is known only after apply.",
    validation: [
      {
        condition:
          '${var.attach_read_policy == null || var.attach_read_policy == false || var.role_name != ""}',
        errorMessage: "attach_read_policy is true but role_name is empty; name the role.",
      },
    ],
  },
  create_iam_user: flag(
    "Create an IAM user that may write to the whole bucket instead of the Lambdas and a role per cluster: for clusters without an OIDC provider.",
    false,
  ),
  name_prefix: text(
    `Prefix of every name. Two deployments in one account differ in it, and neither begins with the other and a hyphen, or two clusters' roles can have one name. At most ${MAX_NAME_PREFIX_LENGTH} characters.`,
    DEFAULT_NAME_PREFIX,
    {
      condition: `can(regex("^[a-z0-9]([a-z0-9-]{0,${MAX_NAME_PREFIX_LENGTH - 2}}[a-z0-9])?$", var.name_prefix))`,
      errorMessage: `name_prefix is "\${var.name_prefix}"; use 1 to ${MAX_NAME_PREFIX_LENGTH} lower-case letters, digits and hyphens, with no hyphen at either end.`,
    },
  ),
  key_prefix: text(
    "Prefix of every object key, without slashes at its ends; empty: none.",
    DEFAULT_KEY_PREFIX,
    {
      // No `*` or `?`: the prefix becomes part of IAM resource patterns. `control` is the reconciler's own.
      condition:
        'can(regex("^([A-Za-z0-9._=-]+(/[A-Za-z0-9._=-]+)*)?$", var.key_prefix)) && split("/", var.key_prefix)[0] != "control"',
      errorMessage:
        'key_prefix is "${var.key_prefix}"; use letters, digits and . _ = - in parts separated by single slashes, not below "control".',
    },
  ),
  log_retention_days: {
    type: VariableType.NUMBER,
    description: "Days for which the Lambdas' logs are kept.",
    default: 365,
    nullable: false,
    validation: [
      {
        condition: `\${contains([${RETENTION_DAYS.join(", ")}], var.log_retention_days)}`,
        errorMessage: `log_retention_days is "\${var.log_retention_days}"; CloudWatch Logs accepts ${RETENTION_DAYS.join(", ")}.`,
      },
    ],
  },
  schedule_expression: text("When the roles are checked, as an EventBridge schedule.", "rate(2 hours)", {
    condition: 'can(regex("^(rate|cron)\\\\(.+\\\\)$", var.schedule_expression))',
    errorMessage:
      'schedule_expression is "${var.schedule_expression}"; give a rate or cron expression, such as "rate(2 hours)".',
  }),
  orphan_grace_hours: wholeNumber(
    "orphan_grace_hours",
    24,
    8760,
    "Hours for which a role outlives its cluster; 0 deletes it in the run that finds the cluster gone.",
  ),
  max_deletes_per_run: wholeNumber(
    "max_deletes_per_run",
    10,
    5000,
    "Most roles that one run deletes; when more are due, none is. 0 never deletes.",
  ),
  delete_roles_on_destroy: flag(
    "Whether destroying this stack, or switching create_iam_user on, deletes the roles it made; false refuses that while there are any, because AWS deletes no boundary in use. To leave roles and boundary behind, first run `terraform state rm 'aws_lambda_invocation.roles[0]' 'aws_iam_policy.boundary[0]'`.",
    true,
  ),
  force_destroy: flag("Whether destroying the bucket deletes the data in it.", false),
  tags: {
    type: VariableType.MAP_STRING,
    description: "Tags of every resource of this stack.",
    default: {},
    nullable: false,
    validation: [
      {
        condition: '${alltrue([for key in keys(var.tags) : !startswith(key, "container-insights:")])}',
        errorMessage:
          'tags holds a key that starts with "container-insights:"; those mark the roles, choose another.',
      },
    ],
  },
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
