import { policyDocument, type PolicyDocument } from "../policy-document.ts";

// Every argument may be a Terraform expression: the document only puts them into strings.

/**
 * What the queue of the dead letters accepts beside what identity policies allow: the events that the rules could not
 * deliver. Everything over plain HTTP is refused.
 */
export function deadLettersPolicy(queueArn: string, ruleArns: readonly string[]): PolicyDocument {
  return policyDocument(
    {
      Sid: "DenyInsecureTransport",
      Effect: "Deny",
      Principal: "*",
      Action: ["sqs:*"],
      Resource: [queueArn],
      Condition: { Bool: { "aws:SecureTransport": ["false"] } },
    },
    {
      Sid: "UndeliveredEvents",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: ["sqs:SendMessage"],
      Resource: [queueArn],
      Condition: { ArnEquals: { "aws:SourceArn": ruleArns } },
    },
  );
}
