import type { VariableCases } from "./cases.ts";

export const NAMING_CASES: readonly VariableCases[] = [
  {
    variable: "name_prefix",
    message: (value) =>
      `name_prefix is "${value}"; use 1 to 32 lower-case letters, digits and hyphens, with no hyphen at either end, and none of aws-reserved, aws-service-role, service-role, below which AWS keeps roles of its own.`,
    values: {
      nothing: "",
      capitals: "Nops",
      "a hyphen in front": "-cost",
      "a hyphen at the end": "cost-",
      "an underscore": "nops_cost",
      "a dot": "nops.cost",
      "a path of AWS's own roles": "service-role",
      "33 characters": "p".repeat(33),
      "a letter of another alphabet": "kostenträger",
    },
  },
  {
    variable: "name_prefix",
    message: (value) =>
      `name_prefix is "${value}", with which the bucket's name would begin; S3 keeps names for itself that begin with xn--, sthree-, amzn-s3-demo-: choose another, or set bucket_name.`,
    values: {
      "S3's own prefix": "sthree-costs",
      "S3's own prefix, with the hyphen after it": "amzn-s3-demo",
    },
  },
  {
    variable: "tags",
    message: (value) =>
      `tags has "${tagKey(value)}"; keys that start with "container-insights:" mark the roles, those that start with "aws:" are AWS's own: choose others.`,
    values: {
      "a mark of the roles": '{"container-insights:managed-by"="me"}',
      "a key of AWS": '{"aws:cloudformation:stack-name"="nops"}',
    },
  },
];

function tagKey(value: string): string {
  return Object.keys(JSON.parse(value.replace("=", ":")) as object).join('", "');
}
