import { describe, expect, test } from "@jest/globals";
import { readTrigger } from "../../lambda-src/reconcile/trigger.ts";
import { SCHEDULED_EVENT } from "../e2e/account/invoke.ts";
import { clusterEvent, type AwsEvent } from "../support/cluster-events.ts";

const created = clusterEvent("CreateCluster");
const withParameters = (requestParameters: unknown): AwsEvent => ({
  ...created,
  detail: { ...created.detail, requestParameters },
});

describe("what started a run", () => {
  test.each([
    ["the schedule", SCHEDULED_EVENT, { event: "schedule" }],
    ["a new cluster", created, { event: "CreateCluster", region: "eu-west-1", cluster: "prod" }],
    [
      "a deleted cluster",
      clusterEvent("DeleteCluster"),
      { event: "DeleteCluster", region: "eu-west-1", cluster: "prod" },
    ],
    [
      "a new OIDC provider",
      clusterEvent("CreateOpenIDConnectProvider"),
      {
        event: "CreateOpenIDConnectProvider",
        region: "us-east-1",
        issuer: "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE",
      },
    ],
  ])("%s", (_case, event, expected) => {
    expect(readTrigger(event)).toEqual(expected);
  });

  test.each([
    ["nothing", undefined],
    ["null", null],
    ["a text", "CreateCluster"],
    ["a call by hand", {}],
    ["an event of another kind", { source: "aws.ec2", detail: { state: "running" } }],
    ["another call of EKS", { ...created, detail: { ...created.detail, eventName: "TagResource" } }],
    ["what Terraform sends", { tf: { action: "delete" } }],
  ])("%s is unknown, and no error", (_case, event) => {
    expect(readTrigger(event)).toEqual({ event: "unknown" });
  });

  test.each([
    ["no parameters", null],
    ["parameters that are no object", ["prod"]],
    ["a name that EKS would not accept", { name: "prod\n{}" }],
    ["a name that is too long", { name: "c".repeat(101) }],
    ["a name that is no text", { name: { $ref: "x" } }],
  ])("of an event with %s only the event is told", (_case, requestParameters) => {
    expect(readTrigger(withParameters(requestParameters))).toEqual({
      event: "CreateCluster",
      region: "eu-west-1",
    });
  });
});
