import { describe, expect, test } from "@jest/globals";
import { DEFAULT_NAME_PREFIX, MAX_NAME_PREFIX_LENGTH } from "../../contract/names.ts";
import { bucketPolicy } from "../../contract/policies/bucket-policy.ts";
import { deadLettersPolicy } from "../../contract/policies/dead-letters-policy.ts";
import { lambdaPolicy } from "../../contract/policies/lambda-policy.ts";
import { readerPolicy } from "../../contract/policies/reader-policy.ts";
import { boundaryPolicy, userPolicy } from "../../contract/policies/writer-policy.ts";
import { evaluatePolicy, NAMES, resourceOf, synthesizeAccount, type Block } from "../support/account-json.ts";
import { statementConditions } from "../policies/deployments.ts";
import { ACCOUNT } from "../support/decide.ts";

const json = synthesizeAccount();
const resource = (address: string): Block => resourceOf(json, address);
const BUCKET = `arn:aws:s3:::${NAMES.bucket}`;
const DEAD_LETTERS = `arn:aws:sqs:eu-west-1:${ACCOUNT}:${NAMES.deadLetters}`;
const RULES = [NAMES.rule, NAMES.eventsRule].map(
  (name) => `arn:aws:events:eu-west-1:${ACCOUNT}:rule/${name}`,
);
const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/${NAMES.boundary}`;

describe("policies", () => {
  test.each([
    ["aws_s3_bucket_policy.data", bucketPolicy(BUCKET)],
    ["aws_iam_policy.read", readerPolicy(BUCKET)],
    ["aws_iam_policy.boundary", boundaryPolicy(BUCKET)],
    ["aws_iam_user_policy.agent", userPolicy(BUCKET)],
    [
      "aws_iam_role_policy.lambda",
      lambdaPolicy({
        partition: "aws",
        account: ACCOUNT,
        bucketName: NAMES.bucket,
        bucketArn: BUCKET,
        rolePath: NAMES.rolePath,
        boundaryArn: BOUNDARY,
        logGroupArns: [NAMES.creationFunction, NAMES.managementFunction].map(
          (name) => `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/aws/lambda/${name}`,
        ),
        deadLettersArn: DEAD_LETTERS,
      }),
    ],
    ["aws_sqs_queue.dead_letters", deadLettersPolicy(DEAD_LETTERS, RULES)],
  ])("%s is the contract's, and known in full at the first plan", (address, policy) => {
    expect(evaluatePolicy(json, resource(address)["policy"])).toEqual(policy);
  });

  // IAM counts characters without white space: 6,144 for a managed policy, 10,240 for all inline policies of a role,
  // 2,048 for those of a user (IAM and STS quotas).
  test.each([
    ["aws_iam_policy.read", 6144],
    ["aws_iam_policy.boundary", 6144],
    ["aws_iam_role_policy.lambda", 10_240],
    ["aws_iam_user_policy.agent", 2048],
  ])("%s fits its quota even with the longest prefix, and everything switched on", (address, quota) => {
    const everything = statementConditions();
    const policy = JSON.stringify(evaluatePolicy(json, resource(address)["policy"], everything));
    const longest = policy.replaceAll(DEFAULT_NAME_PREFIX, "p".repeat(MAX_NAME_PREFIX_LENGTH));
    expect(longest).not.toBe(policy);
    expect(longest.length).toBeLessThan(quota);
  });

  test("only Lambda can become the execution role", () => {
    const trust = evaluatePolicy(json, resource("aws_iam_role.lambda")["assume_role_policy"]);
    expect(trust.Statement.map(({ Principal, Action }) => [Principal, Action])).toEqual([
      [{ Service: "lambda.amazonaws.com" }, ["sts:AssumeRole"]],
    ]);
  });
});
