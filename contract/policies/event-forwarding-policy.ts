import { policyDocument, type PolicyDocument } from "../policy-document.ts";

// Every argument may be a Terraform expression: the document only puts them into strings.

/**
 * EventBridge becomes the role to deliver what one rule of one account matched, and for nothing else
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html).
 */
export function forwardingTrust(account: string, ruleArn: string): PolicyDocument {
  return policyDocument({
    Sid: "ForwardingRule",
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: ["sts:AssumeRole"],
    Condition: {
      StringEquals: { "aws:SourceAccount": [account] },
      ArnEquals: { "aws:SourceArn": [ruleArn] },
    },
  });
}

/** What EventBridge does as the role: puts events on one bus of the same account, whose own policy need not know of it. */
export function forwardingPolicy(busArn: string): PolicyDocument {
  return policyDocument({
    Sid: "PutEventsAtHome",
    Effect: "Allow",
    Action: ["events:PutEvents"],
    Resource: [busArn],
  });
}
