import { describe, expect, test } from "@jest/globals";
import { CLUSTER_EVENTS, clusterEventPattern } from "../../contract/cluster-events.ts";
import { clusterEvent, type AwsEvent } from "../support/cluster-events.ts";
import { ACCOUNT } from "../support/decide.ts";
import { matchesPattern, type EventPattern } from "../support/event-pattern.ts";

const pattern = (region?: string): EventPattern => ({ ...clusterEventPattern(ACCOUNT, region) });
const created = clusterEvent("CreateCluster");

describe("the pattern of the clusters' events", () => {
  test.each(CLUSTER_EVENTS)("matches %s, wherever it happened", (name) => {
    expect(matchesPattern(pattern(), clusterEvent(name))).toBe(true);
  });

  test("matches under the name that the reference for China has", () => {
    const event = { ...created, "detail-type": "Amazon API Call via CloudTrail", region: "cn-north-1" };
    expect(matchesPattern(pattern(), event)).toBe(true);
  });

  test.each<[string, AwsEvent]>([
    [
      "a call that was refused",
      { ...created, detail: { ...created.detail, errorCode: "ResourceInUseException" } },
    ],
    ["a call that only looks", { ...created, detail: { ...created.detail, eventName: "DescribeCluster" } }],
    ["a cluster of another service", { ...created, source: "aws.ecs" }],
    ["another account's, on a bus that collects", { ...created, account: "210987654321" }],
    ["what is no call", { ...created, "detail-type": "EKS Addon Health Status" }],
  ])("does not match %s", (_case, event) => {
    expect(matchesPattern(pattern(), event)).toBe(false);
  });

  test("of one region matches what happened there, not what was forwarded to it", () => {
    expect(matchesPattern(pattern("eu-west-1"), created)).toBe(true);
    expect(matchesPattern(pattern("us-east-1"), created)).toBe(false);
  });
});

test("a matcher that is not known here is an error, not a match", () => {
  expect(() => matchesPattern({ source: [{ prefix: "aws." }] }, { source: "aws.eks" })).toThrow(
    'no such matcher here: {"prefix":"aws."}',
  );
});
