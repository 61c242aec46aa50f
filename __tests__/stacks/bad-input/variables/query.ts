import type { VariableCases } from "./cases.ts";

export const QUERY_CASES: readonly VariableCases[] = [
  {
    variable: "query_start_date",
    message: (value) =>
      `query_start_date is "${value}"; give a day of the calendar as YYYY-MM-DD, or leave it empty.`,
    values: {
      "a day that is none": "2026-02-30",
      "a time of day": "2026-11-24T00:00:00Z",
      "the day first": "24.11.2026",
      "a word": "yesterday",
    },
  },
];
