import { VariableType, type TerraformVariableConfig } from "cdktf";
import { DEFAULT_NAME_PREFIX, MAX_NAME_PREFIX_LENGTH } from "../../contract/names.ts";
import { S3_PREFIXES, text, withValidations } from "./kinds.ts";

const RESERVED_TAG_KEYS =
  '[for key in keys(var.tags) : key if can(regex("^(container-insights|aws):", key))]';

// The prefix is also the IAM path below which the Lambdas may change roles.
const SERVICE_PATHS = ["aws-reserved", "aws-service-role", "service-role"];

/** What everything is called and tagged. */
export const NAMING_VARIABLES = {
  name_prefix: withValidations(
    text(
      `Prefix of every name. Two deployments in one account differ in it, and neither begins with the other and a hyphen, or two clusters' roles can have one name. At most ${MAX_NAME_PREFIX_LENGTH} characters.`,
      DEFAULT_NAME_PREFIX,
      {
        condition: `can(regex("^[a-z0-9]([a-z0-9-]{0,${MAX_NAME_PREFIX_LENGTH - 2}}[a-z0-9])?$", var.name_prefix)) && !contains(${JSON.stringify(SERVICE_PATHS)}, var.name_prefix)`,
        errorMessage: `name_prefix is "\${var.name_prefix}"; use 1 to ${MAX_NAME_PREFIX_LENGTH} lower-case letters, digits and hyphens, with no hyphen at either end, and none of ${SERVICE_PATHS.join(", ")}, below which AWS keeps roles of its own.`,
      },
    ),
    {
      condition: `!can(regex("^(${S3_PREFIXES.join("|")})", "\${var.name_prefix}-")) || var.bucket_name != ""`,
      errorMessage: `name_prefix is "\${var.name_prefix}", with which the bucket's name would begin; S3 keeps names for itself that begin with ${S3_PREFIXES.join(", ")}: choose another, or set bucket_name.`,
    },
  ),
  tags: {
    type: VariableType.MAP_STRING,
    description: "Tags of every resource of this stack.",
    default: {},
    nullable: false,
    validation: [
      {
        condition: `\${length(${RESERVED_TAG_KEYS}) == 0}`,
        errorMessage: `tags has "\${join("\\", \\"", ${RESERVED_TAG_KEYS})}"; keys that start with "container-insights:" mark the roles, those that start with "aws:" are AWS's own: choose others.`,
      },
    ],
  },
} satisfies Record<string, TerraformVariableConfig>;
