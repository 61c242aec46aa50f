import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import {
  LOST_GROUP_NAMES,
  LOST_GROUPS,
  NOT_IMPORTED,
  SET_AFTER_IMPORT,
  type DeploymentPlace,
} from "../../contract/lost-state.ts";
import { DEFAULT_NAME_PREFIX, deploymentNames } from "../../contract/names.ts";
import { dnsSuffixOf, partitionOf } from "../../contract/partition.ts";
import { TAKE_OVER_GROUPS } from "../../contract/take-over.ts";
import { addressesOf, resourceOf, synthesizeAccount } from "../support/account-json.ts";
import { ACCOUNT } from "../support/decide.ts";

function placeIn(region: string, namePrefix: string = DEFAULT_NAME_PREFIX): DeploymentPlace {
  const partition = partitionOf(region);
  return { namePrefix, account: ACCOUNT, region, partition, dnsSuffix: dnsSuffixOf(partition) };
}

function idsIn(region: string, namePrefix: string = DEFAULT_NAME_PREFIX): Record<string, string> {
  const [names, place] = [deploymentNames(namePrefix, ACCOUNT), placeIn(region, namePrefix)];
  const resources = LOST_GROUPS.flatMap((group) => group.resources);
  return Object.fromEntries(resources.map(({ address, id }) => [address, id(names, place)]));
}

describe("what a lost state is got back from", () => {
  test("is every group once, in the order of the names", () => {
    expect(LOST_GROUPS.map(({ name }) => name)).toEqual([...LOST_GROUP_NAMES]);
  });

  test("is every resource of the stack, but for those that are named with what happens instead", () => {
    const json = synthesizeAccount();
    const stack = addressesOf(json).map((address) => {
      const { count, for_each: forEach } = resourceOf(json, address);
      return { address: count === undefined ? address : `${address}[0]`, each: forEach !== undefined };
    });
    const imported = [...TAKE_OVER_GROUPS, ...LOST_GROUPS].flatMap(({ resources }) =>
      resources.map(({ address }) => address),
    );
    const named = NOT_IMPORTED.map(({ address }) => address);
    expect([...imported, ...named].sort()).toEqual(stack.map(({ address }) => address).sort());
    for (const { address } of stack.filter(({ each }) => each)) expect(named).toContain(address);
  });

  test("has ids in the form that the provider imports", () => {
    expect(idsIn("eu-west-1")).toMatchObject({
      "aws_s3_bucket_versioning.data": "nops-container-cost-123456789012",
      "aws_iam_policy.read": "arn:aws:iam::123456789012:policy/nops-container-cost-read",
      "aws_glue_catalog_database.data[0]": "123456789012:nops_container_cost",
      "aws_glue_catalog_table.container_v1[0]": "123456789012:nops_container_cost:container_v1",
      "aws_iam_role_policy.lambda[0]": "nops-container-cost-lambda:role-reconciler",
      "aws_sqs_queue.dead_letters[0]":
        "https://sqs.eu-west-1.amazonaws.com/123456789012/nops-container-cost-dead-letters",
      "aws_cloudwatch_event_rule.scheduled_check[0]": "nops-container-cost-scheduled-check",
      "aws_cloudwatch_event_target.scheduled_check[0]": "nops-container-cost-scheduled-check/role-management",
      "aws_lambda_permission.scheduled_check[0]": "nops-container-cost-agent-role-management/ScheduledCheck",
      "aws_iam_user_policy.agent[0]": "nops-container-cost-s3:container-insights-writer",
      "aws_cloudwatch_metric_alarm.role_management_silence[0]": "nops-container-cost-role-management-silence",
      "aws_iam_role_policy.replication[0]": "nops-container-cost-replication:replication",
    });
  });

  test("is looked for in the region's own partition, and below the deployment's own prefix", () => {
    expect(idsIn("cn-north-1", "insights-finance")).toMatchObject({
      "aws_iam_policy.boundary[0]": "arn:aws-cn:iam::123456789012:policy/insights-finance-boundary",
      "aws_sqs_queue.dead_letters[0]":
        "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/insights-finance-dead-letters",
      "aws_glue_catalog_database.data[0]": "123456789012:insights_finance",
    });
    expect(idsIn("us-gov-west-1")["aws_iam_policy.read"]).toBe(
      "arn:aws-us-gov:iam::123456789012:policy/nops-container-cost-read",
    );
    for (const id of Object.values(idsIn("eu-west-1", "x"))) expect(id).not.toContain(DEFAULT_NAME_PREFIX);
  });
});

describe("docs/lost-state.md", () => {
  const document = readFileSync(join(import.meta.dirname, "../../docs/lost-state.md"), "utf8");
  const rows = document
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

  test("says of every group what it holds and who has it", () => {
    for (const { name, holds, when, usual } of LOST_GROUPS)
      expect(rows).toContainEqual([`\`${name}\``, holds, when, usual ? "yes" : "no"]);
  });

  test("says what the first plan sets, and what it does about all that is not imported", () => {
    for (const [type, names] of Object.entries(SET_AFTER_IMPORT))
      expect(rows).toContainEqual([`\`${type}\``, names.map((name) => `\`${name}\``).join(", ")]);
    for (const { address, instead } of NOT_IMPORTED) expect(rows).toContainEqual([`\`${address}\``, instead]);
  });
});
