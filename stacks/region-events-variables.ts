import { TerraformVariable, type Postcondition, type TerraformVariableConfig } from "cdktf";
import type { Construct } from "constructs";
import { NAMING_VARIABLES } from "./account-variables/naming.ts";
import { ROLES_VARIABLES } from "./account-variables/roles.ts";
import { withId } from "./terraform-expressions.ts";

/** One of the account stack's variables, without the rules that read others of them. */
function ofAccount(
  name: string,
  { validation = [], ...variable }: TerraformVariableConfig,
  description: string,
): TerraformVariableConfig {
  const others = new RegExp(`\\bvar\\.(?!${name}\\b)`);
  return {
    ...variable,
    description,
    validation: validation.filter(({ condition }) => !others.test(String(condition))),
  };
}

/** Every parameter of the module `region-events`, as data. */
const REGION_EVENTS_VARIABLES = {
  home_region: {
    type: "string",
    description: "Region of the account stack, which is applied there with cluster_events.",
    nullable: false,
    validation: [
      {
        condition: '${can(regex("^[a-z]{2}[a-z-]*-[0-9]{1,2}$", var.home_region))}',
        errorMessage:
          'home_region is "${var.home_region}"; give the region of the account stack, such as "eu-west-1".',
      },
    ],
  },
  name_prefix: ofAccount(
    "name_prefix",
    NAMING_VARIABLES.name_prefix,
    "The account stack's name_prefix: prefix of every name.",
  ),
  tags: ofAccount("tags", NAMING_VARIABLES.tags, "Tags of every resource of this module."),
  permissions_boundary_arn: ofAccount(
    "permissions_boundary_arn",
    ROLES_VARIABLES.permissions_boundary_arn,
    "ARN of the IAM policy that is the boundary of the role that this module makes; empty: none.",
  ),
} satisfies Record<string, TerraformVariableConfig>;

/** Adds every variable of the module under its own name. */
export function addRegionEventsVariables(
  scope: Construct,
): Readonly<Record<keyof typeof REGION_EVENTS_VARIABLES, TerraformVariable>> {
  const entries = Object.entries<TerraformVariableConfig>(REGION_EVENTS_VARIABLES).map(
    ([name, config]) => [name, withId(new TerraformVariable(scope, name, config), name)] as const,
  );
  return Object.fromEntries(entries) as Record<keyof typeof REGION_EVENTS_VARIABLES, TerraformVariable>;
}

/** Of the list of regions: EventBridge would find it out halfway through an apply. */
export const HOME_REGION_EXISTS: Postcondition = {
  condition: "${contains(self.names, var.home_region)}",
  errorMessage:
    'home_region is "${var.home_region}", which AWS does not have in this partition; give the region of the account stack.',
};

/** Of the rule: on its own bus it would forward each event to itself. */
export const IS_NOT_HOME = {
  condition: "${data.aws_region.current.id != var.home_region}",
  errorMessage:
    'The AWS provider of this module is of region "${data.aws_region.current.id}", which is home_region; give it the provider of another region, because the account stack follows the events of its own.',
} as const;
