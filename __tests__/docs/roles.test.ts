import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { statementConditions } from "../policies/deployments.ts";
import { evaluatePolicy, resourceOf, synthesizeAccount } from "../support/account-json.ts";

const PAGE = readFileSync(new URL("../../docs/roles.md", import.meta.url), "utf8");
const STACK = synthesizeAccount();

function firstCells(section: string): string[] {
  const [, text = ""] = PAGE.split(`\n## ${section}\n`);
  const [body = ""] = text.split("\n## ");
  return [...body.matchAll(/^\| `([^`]+)`/gm)].map(([, name = ""]) => name);
}

test("docs/roles.md gives the reason of every statement that the Lambdas' role has, and of no other", () => {
  const document = resourceOf(STACK, "aws_iam_role_policy.lambda")["policy"];
  const policy = evaluatePolicy(STACK, document, statementConditions());
  const statements = policy.Statement.map(({ Sid }) => Sid);
  expect(firstCells("What the Lambdas may do, and why").sort()).toEqual([...statements].sort());
});

test("docs/roles.md says what to do about every alarm of the stack, and about no other", () => {
  const alarms = Object.keys(STACK.resource["aws_cloudwatch_metric_alarm"] ?? {});
  const [, runbook = ""] = PAGE.split("\n## When an alarm rings\n");
  const headings = [...runbook.matchAll(/^### (.+)$/gm)].flatMap(([, heading = ""]) =>
    [...heading.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
  );
  expect(headings.sort()).toEqual(alarms.map((id) => id.replaceAll("_", "-")).sort());
});
