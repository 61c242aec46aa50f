import { wrongType, type VariableCases } from "./cases.ts";

export const ACCESS_CASES: readonly VariableCases[] = [
  {
    variable: "role_name",
    message: (value) => `role_name is "${value}"; give the name of a role, not its ARN or path.`,
    values: {
      "an ARN": "arn:aws:iam::123456789012:role/finops",
      "a path": "teams/finops",
      "a space": "fin ops",
      "65 characters": "r".repeat(65),
    },
  },
  {
    variable: "attach_read_policy",
    message: () => "attach_read_policy is true but role_name is empty; give role_name.",
    values: { "no role": "true" },
  },
  wrongType("attach_read_policy", "bool", "yes"),
  wrongType("create_iam_user", "bool", "user"),
];
