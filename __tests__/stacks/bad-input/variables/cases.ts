/** Values of one variable that Terraform refuses with one message. */
export interface VariableCases {
  readonly variable: string;
  /** Every word of the refusal, a line for each rule, for a value as Terraform shows it. */
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

/** A switch that is set while the variable it follows is empty, and text for it. */
export function followsNothing(
  variable: string,
  follows: string,
  others: Readonly<Record<string, string>> = {},
): readonly VariableCases[] {
  return [
    {
      variable,
      message: () => `${variable} is true but ${follows} is empty; give ${follows}.`,
      values: { [`no ${follows}`]: "true" },
      with: others,
    },
    wrongType(variable, "bool", "sometimes"),
  ];
}

/** A whole number from `lowest` to `highest`. */
export function notWholeNumber(variable: string, highest: number, lowest = 0): readonly VariableCases[] {
  return [
    {
      variable,
      message: (value) => `${variable} is "${value}"; set a whole number from ${lowest} to ${highest}.`,
      values: {
        "a negative number": "-1",
        ...(lowest > 0 ? { "too little": String(lowest - 1) } : {}),
        "a fraction": "1.5",
        "too much": String(highest + 1),
      },
    },
    wrongType(variable, "number", "many"),
  ];
}
