import { VariableType, type TerraformVariableConfig } from "cdktf";

// The kinds of variables. A refusal names the value, the limit and the fix.

/** A switch that is either on or off. */
export function flag(description: string, byDefault: boolean): TerraformVariableConfig {
  return { type: VariableType.BOOL, description, default: byDefault, nullable: false };
}

/** A whole number from 0 to `highest`. */
export function wholeNumber(
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
