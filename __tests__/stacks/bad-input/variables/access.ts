import { followsNothing, wrongType, type VariableCases } from "./cases.ts";

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
  ...followsNothing("attach_read_policy", "role_name"),
  wrongType("create_iam_user", "bool", "user"),
  {
    variable: "additional_reader_arns",
    message: (value) =>
      `additional_reader_arns holds "${(JSON.parse(value) as string[]).join(", ")}"; give ARNs of IAM users, roles or roots, as "arn:<partition>:iam::<account>:role/<name>", without wildcards.`,
    values: {
      "an account": '["210987654321"]',
      everybody: '["*"]',
      "a wildcard": '["arn:aws:iam::210987654321:role/*"]',
      "a service": '["arn:aws:s3:::data"]',
      "one that is wrong among others": '["arn:aws:iam::210987654321:root", "arn:aws:iam::21:root"]',
    },
  },
  {
    variable: "additional_reader_arns",
    message: () =>
      'additional_reader_arns holds "21" ARNs; give 20 at most, or one role that the others assume.',
    values: { "more than a policy holds": JSON.stringify(readers(21)) },
  },
  {
    variable: "iam_users",
    message: () =>
      'iam_users is for "prod"; give ARNs of EKS clusters, as "arn:<partition>:eks:<region>:<account>:cluster/<name>".',
    values: { "a cluster's name": '{"prod"="prod-writer"}' },
  },
  {
    variable: "iam_users",
    message: () =>
      'iam_users names "teams/writer"; give names of 1 to 64 letters, digits and _ + = , . @ -, without a path.',
    values: { "a path": user("prod", "teams/writer") },
  },
  {
    variable: "iam_users",
    message: () =>
      'iam_users names "writer, Writer", one of them twice; give every cluster a user of its own.',
    values: { "a user twice": `{${pair("prod", "writer")},${pair("shop", "Writer")}}` },
  },
  {
    variable: "iam_users",
    message: () =>
      'iam_users names "nops-container-cost-s3", the user that create_iam_user makes; give another name.',
    values: { "the user of the whole bucket": user("prod", "NOPS-container-cost-s3") },
    with: { create_iam_user: "true" },
  },
];

function readers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `arn:aws:iam::210987654321:role/reader-${index}`);
}

function user(cluster: string, name: string): string {
  return `{${pair(cluster, name)}}`;
}

function pair(cluster: string, name: string): string {
  return `"arn:aws:eks:eu-west-1:123456789012:cluster/${cluster}"="${name}"`;
}
