import { notWholeNumber, wrongType, type VariableCases } from "./cases.ts";

export const LIFECYCLE_CASES: readonly VariableCases[] = [
  ...notWholeNumber("lifecycle_abort_multipart_days", 36500, 1),
  ...notWholeNumber("lifecycle_noncurrent_days", 36500),
  ...notWholeNumber("lifecycle_transition_days", 36500),
  {
    variable: "lifecycle_expiration_days",
    message: notDays,
    values: { "a fraction": "1.5", "too much": "36501" },
  },
  {
    variable: "lifecycle_expiration_days",
    message: (value) => [notDays(value), notAfter(value, "0")].join("\n"),
    values: { "a negative number": "-1" },
  },
  {
    variable: "lifecycle_expiration_days",
    message: (value) => notAfter(value, "90"),
    values: { "before the transition": "30", "with the transition": "90" },
    with: { lifecycle_transition_days: "90" },
  },
  wrongType("lifecycle_expiration_days", "number", "never"),
  {
    variable: "lifecycle_transition_storage_class",
    message: (value) =>
      `lifecycle_transition_storage_class is "${value}"; set INTELLIGENT_TIERING, STANDARD_IA or GLACIER_IR.`,
    values: {
      "the class that objects are in": "STANDARD",
      "a class that nobody can query": "DEEP_ARCHIVE",
      "small letters": "standard_ia",
    },
  },
  {
    variable: "lifecycle_transition_storage_class",
    message: () =>
      'lifecycle_transition_storage_class is "STANDARD_IA" and lifecycle_transition_days "7"; S3 takes objects into that class after 30 days or more, so set 30 or another class.',
    values: { "too early for its class": "STANDARD_IA" },
    with: { lifecycle_transition_days: "7" },
  },
];

function notDays(value: string): string {
  return `lifecycle_expiration_days is "${value}"; set a whole number from 0 to 36500.`;
}

function notAfter(value: string, transition: string): string {
  return `lifecycle_expiration_days is "${value}", not more than lifecycle_transition_days, which is "${transition}"; S3 moves nothing that has expired, so set more or 0.`;
}
