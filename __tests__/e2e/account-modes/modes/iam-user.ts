import { assertRole } from "../../account/under-test.ts";
import type { Mode } from "../mode.ts";
import { ALWAYS, RECONCILER, rolesOf, USER } from "../parts-list.ts";
import { PROD } from "./clusters.ts";

/** A user of the whole bucket; then one of a single cluster beside it. */
export const IAM_USER: Mode = {
  name: "create_iam_user",
  clusters: [PROD],
  steps: () => [
    { name: "with create_iam_user", variables: { create_iam_user: "true" }, has: [...ALWAYS, ...USER] },
    {
      name: "with a user for one cluster beside it",
      variables: {
        create_iam_user: "true",
        iam_users: '{"arn:aws:eks:us-east-1:123456789012:cluster/prod"="prod-writer"}',
      },
      has: [...ALWAYS, ...USER, "user /prod-writer"],
    },
  ],
};

/** What makes the clusters' roles, and is gone in the other mode. */
const RECONCILER_ADDRESSES = [
  "aws_cloudwatch_event_rule.scheduled_check[0]",
  "aws_cloudwatch_event_target.scheduled_check[0]",
  "aws_cloudwatch_log_group.role_creation[0]",
  "aws_cloudwatch_log_group.role_management[0]",
  "aws_iam_policy.boundary[0]",
  "aws_iam_role.lambda[0]",
  "aws_iam_role_policies_exclusive.lambda[0]",
  "aws_iam_role_policy.lambda[0]",
  "aws_iam_role_policy_attachments_exclusive.lambda[0]",
  "aws_lambda_function.role_creation[0]",
  "aws_lambda_function.role_management[0]",
  "aws_lambda_invocation.roles[0]",
  "aws_lambda_permission.scheduled_check[0]",
  "aws_sqs_queue.dead_letters[0]",
];

/** Roles out, user in, and back: the seed's two conditions, switched on a deployment that lives. */
export const SWITCHED: Mode = {
  name: "create_iam_user switched on and off again",
  clusters: [PROD],
  steps: () => [
    { name: "with roles", variables: {}, has: [...ALWAYS, ...RECONCILER, ...rolesOf(PROD)] },
    {
      name: "with the user",
      variables: { create_iam_user: "true" },
      has: [...ALWAYS, ...USER],
      removes: RECONCILER_ADDRESSES,
    },
    {
      name: "with roles again",
      variables: { create_iam_user: "false" },
      has: [...ALWAYS, ...RECONCILER, ...rolesOf(PROD)],
      removes: [
        "aws_iam_user.agent[0]",
        "aws_iam_user_policies_exclusive.agent[0]",
        "aws_iam_user_policy.agent[0]",
      ],
      holds: { "the cluster has its role again": (account) => assertRole(account, PROD) },
    },
  ],
};
