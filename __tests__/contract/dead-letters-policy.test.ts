import { expect, test } from "@jest/globals";
import { DEFAULT_NAME_PREFIX, deploymentNames } from "../../contract/names.ts";
import { deadLettersPolicy } from "../../contract/policies/dead-letters-policy.ts";
import { policyDocument } from "../../contract/policy-document.ts";
import { ACCOUNT, decide, type Decision } from "../support/decide.ts";

const NAMES = deploymentNames(DEFAULT_NAME_PREFIX, ACCOUNT);
const QUEUE = `arn:aws:sqs:eu-west-1:${ACCOUNT}:${NAMES.deadLetters}`;
const RULE = `arn:aws:events:eu-west-1:${ACCOUNT}:rule/${NAMES.rule}`;
const EVENTS_RULE = `arn:aws:events:eu-west-1:${ACCOUNT}:rule/${NAMES.eventsRule}`;
const resourcePolicy = deadLettersPolicy(QUEUE, [RULE, EVENTS_RULE]);
const TLS = { "aws:SecureTransport": "true" };

test.each<[string, string, string, Decision]>([
  ["the rule sends what it could not deliver", "sqs:SendMessage", RULE, "Allowed"],
  ["so does the rule for clusters' events", "sqs:SendMessage", EVENTS_RULE, "Allowed"],
  ["another rule does not", "sqs:SendMessage", `${RULE}-2`, "ImplicitlyDenied"],
  ["the rule reads nothing", "sqs:ReceiveMessage", RULE, "ImplicitlyDenied"],
])("%s", async (_case, action, sourceArn, decision) => {
  const principal = "events.amazonaws.com";
  const context = { ...TLS, "aws:SourceArn": sourceArn };
  expect(await decide({ principal, action, resource: QUEUE, resourcePolicy, context })).toBe(decision);
});

test.each(["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:PurgeQueue"])(
  "%s over plain HTTP is refused, whoever may do it over TLS",
  async (action) => {
    const identityPolicy = policyDocument({
      Sid: "All",
      Effect: "Allow",
      Action: ["sqs:*"],
      Resource: ["*"],
    });
    const ask = (secure: string) =>
      decide({
        action,
        resource: QUEUE,
        resourcePolicy,
        identityPolicy,
        context: { "aws:SecureTransport": secure },
      });
    expect(await ask("true")).toBe("Allowed");
    expect(await ask("false")).toBe("ExplicitlyDenied");
  },
);
