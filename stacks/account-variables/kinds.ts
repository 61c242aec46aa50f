import { VariableType, type TerraformVariableConfig } from "cdktf";

// The kinds of variables. A refusal names the value, the limit and the fix.

/** A switch that is either on or off. */
export function flag(description: string, byDefault: boolean): TerraformVariableConfig {
  return { type: VariableType.BOOL, description, default: byDefault, nullable: false };
}

/** A whole number from `lowest` to `highest`. */
export function wholeNumber(
  name: string,
  byDefault: number,
  highest: number,
  description: string,
  lowest = 0,
): TerraformVariableConfig {
  return {
    type: VariableType.NUMBER,
    description,
    default: byDefault,
    nullable: false,
    validation: [
      {
        condition: `\${var.${name} >= ${lowest} && var.${name} <= ${highest} && floor(var.${name}) == var.${name}}`,
        errorMessage: `${name} is "\${var.${name}}"; set a whole number from ${lowest} to ${highest}.`,
      },
    ],
  };
}

/** Text, never null, that `validation` describes; its condition is an expression without `${}`. */
export function text(
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

/**
 * A switch that follows another variable until it is set: null means "when `follows` is given". Set explicitly it also
 * works where that value is known only after apply, which must never reach a `count`.
 */
export function derivedSwitch(name: string, follows: string, description: string): TerraformVariableConfig {
  return {
    type: VariableType.BOOL,
    description: `${description}; null: when ${follows} is given. Set it where ${follows} is known only after apply.`,
    validation: [
      {
        condition: `\${var.${name} == null || var.${name} == false || var.${follows} != ""}`,
        errorMessage: `${name} is true but ${follows} is empty; give ${follows}.`,
      },
    ],
  };
}

/** The ARN of a KMS key, or nothing; `more` are validations beside that of its form. */
export function kmsKeyArn(
  name: string,
  description: string,
  ...more: readonly { condition: string; errorMessage: string }[]
): TerraformVariableConfig {
  // A key, because IAM matches no alias in a statement's resource.
  const form = {
    condition: `can(regex("^(arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+)?$", var.${name}))`,
    errorMessage: `${name} is "\${var.${name}}"; give the ARN of the key itself, as "arn:<partition>:kms:<region>:<account>:key/<id>", not an alias.`,
  };
  return withValidations(text(description, "", form), ...more);
}

/** How no bucket's name may begin: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const S3_PREFIXES = ["xn--", "sthree-", "amzn-s3-demo-"];

/** The variable with more validations; their conditions are expressions without `${}`. */
export function withValidations(
  variable: TerraformVariableConfig,
  ...more: readonly { condition: string; errorMessage: string }[]
): TerraformVariableConfig {
  const added = more.map((each) => ({ ...each, condition: `\${${each.condition}}` }));
  return { ...variable, validation: [...(variable.validation ?? []), ...added] };
}
