/** Values of one variable that Terraform refuses with one message. */
export interface VariableCases {
  readonly variable: string;
  /** Every word of the refusal, for a value as Terraform shows it. */
  readonly message: (value: string) => string;
  /** What is wrong with it → the value, as `-var` takes it. */
  readonly values: Readonly<Record<string, string>>;
  /** Other variables that are set as well. */
  readonly with?: Readonly<Record<string, string>>;
}

/** Values of a wrong type: Terraform's own words, which name the variable and not the value. */
export function wrongType(variable: string, type: "bool" | "number", value: string): VariableCases {
  return {
    variable,
    message: () =>
      `Unsuitable value for var.${variable} set using -var="${variable}=...": a ${type} is required.`,
    values: { [`text for a ${type}`]: value },
  };
}

/** A whole number from 0 to `highest`. */
export function notWholeNumber(variable: string, highest: number): readonly VariableCases[] {
  return [
    {
      variable,
      message: (value) => `${variable} is "${value}"; set a whole number from 0 to ${highest}.`,
      values: { "a negative number": "-1", "a fraction": "1.5", "too much": String(highest + 1) },
    },
    wrongType(variable, "number", "many"),
  ];
}
