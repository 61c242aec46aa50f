import { followsNothing, notWholeNumber, wrongType, type VariableCases } from "./cases.ts";

export const ROLES_CASES: readonly VariableCases[] = [
  {
    variable: "include_regions",
    message: (value) =>
      `include_regions is "${value}"; list regions separated by commas, such as "eu-west-1,us-east-1".`,
    values: {
      "no region": "mars",
      "a zone": "eu-west-1a",
      capitals: "EU-WEST-1",
      semicolons: "eu-west-1;us-east-1",
      "spaces only": "eu-west-1 us-east-1",
      "one that is wrong among others": "eu-west-1, us-east, us-east-1",
      "a wildcard": "*",
    },
  },
  {
    variable: "schedule_expression",
    message: (value) =>
      `schedule_expression is "${value}"; give a rate with the right unit, such as "rate(1 hour)" or "rate(2 hours)", or a cron expression of six fields with "?" for the day of the month or of the week, such as "cron(0 */2 * * ? *)".`,
    values: {
      nothing: "",
      "no rate": "2 hours",
      "a rate of zero": "rate(0 hours)",
      "a plural for one": "rate(1 hours)",
      "a singular for many": "rate(2 hour)",
      "a unit that EventBridge does not know": "rate(2 weeks)",
      "a cron expression of five fields": "cron(0 */2 * * *)",
      "a cron expression with both days": "cron(0 */2 * * * *)",
      "a cron expression with neither day": "cron(0 */2 ? * ? *)",
      "a cron expression of Unix": "0 */2 * * *",
      "an hour that no day has": "cron(0 24 * * ? *)",
    },
  },
  {
    variable: "log_retention_days",
    message: (value) =>
      `log_retention_days is "${value}"; CloudWatch Logs accepts 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653.`,
    values: { "negative days": "-1", zero: "0", "a number that CloudWatch Logs does not take": "2" },
  },
  wrongType("log_retention_days", "number", "a year"),
  ...notWholeNumber("orphan_grace_hours", 8760),
  ...notWholeNumber("max_deletes_per_run", 5000),
  wrongType("delete_roles_on_destroy", "bool", "never"),
  ...["permissions_boundary_arn", "cluster_role_boundary_arn"].map((variable) => ({
    variable,
    message: (value: string) =>
      `${variable} is "${value}"; give the ARN of an IAM policy, as "arn:<partition>:iam::<account>:policy/<name>".`,
    values: {
      "a policy's name": "boundary",
      "a role's ARN": "arn:aws:iam::123456789012:role/boundary",
      "an account of too few digits": "arn:aws:iam::1234:policy/boundary",
    },
  })),
  ...followsNothing("use_cluster_role_boundary", "cluster_role_boundary_arn"),
  {
    variable: "reserved_concurrency",
    message: (value) =>
      `reserved_concurrency is "${value}"; set a whole number of at least 1, or null for no limit.`,
    values: { "nothing at all": "0", "a negative number": "-1", "a fraction": "2.5" },
  },
  wrongType("reserved_concurrency", "number", "few"),
  ...["cluster_include", "cluster_exclude", "pod_identity_clusters"].map((variable) => ({
    variable,
    message: (value: string) =>
      `${variable} holds "${(JSON.parse(value) as string[]).at(-1)}"; give names of clusters, with "*" for any characters, such as "dev-*".`,
    values: {
      "a dot": '["dev", "prod.blue"]',
      "a regular expression": '["^dev$"]',
      "an ARN": '["arn:aws:eks:eu-west-1:123456789012:cluster/prod"]',
      nothing: '[""]',
    },
  })),
  ...["cluster_include", "cluster_exclude", "pod_identity_clusters"].map((variable) => ({
    variable,
    message: () => `${variable} has "1013" characters in all; give 800 at most, with wider patterns.`,
    values: { "more than the environment holds": JSON.stringify(Array(39).fill("c".repeat(25))) },
  })),
];
