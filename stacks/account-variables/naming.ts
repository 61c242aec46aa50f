import { VariableType, type TerraformVariableConfig } from "cdktf";
import { DEFAULT_NAME_PREFIX, MAX_NAME_PREFIX_LENGTH } from "../../contract/names.ts";
import { text } from "./kinds.ts";

/** What everything is called and tagged. */
export const NAMING_VARIABLES = {
  name_prefix: text(
    `Prefix of every name. Two deployments in one account differ in it, and neither begins with the other and a hyphen, or two clusters' roles can have one name. At most ${MAX_NAME_PREFIX_LENGTH} characters.`,
    DEFAULT_NAME_PREFIX,
    {
      condition: `can(regex("^[a-z0-9]([a-z0-9-]{0,${MAX_NAME_PREFIX_LENGTH - 2}}[a-z0-9])?$", var.name_prefix))`,
      errorMessage: `name_prefix is "\${var.name_prefix}"; use 1 to ${MAX_NAME_PREFIX_LENGTH} lower-case letters, digits and hyphens, with no hyphen at either end.`,
    },
  ),
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
