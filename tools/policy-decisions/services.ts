import type { Allowed } from "./decision.ts";

/** What services may do by the policies of the things that they act on. */
export const SERVICE_DECISIONS: readonly Allowed[] = [
  {
    who: "Lambda",
    action: "sts:AssumeRole",
    resource: "{execution role}",
    why: "only Lambda becomes the execution role",
    unless: [
      { change: { who: "another service" }, why: "only Lambda" },
      { change: { who: "stranger" }, why: "nobody of another account" },
      { change: { who: "cluster role with a policy of everything" }, why: "no agent" },
    ],
  },
  {
    who: "EventBridge",
    action: "sqs:SendMessage",
    resource: "{dead letters}",
    context: { "aws:SecureTransport": "true", "aws:SourceArn": "{rule}" },
    why: "keeps the events of our rule that could not be delivered",
    unless: [
      { change: { key: "aws:SourceArn", value: "{other rule}" }, why: "of another rule" },
      { change: { key: "aws:SourceArn", value: undefined }, why: "of no rule" },
      { change: { key: "aws:SecureTransport", value: "false" }, why: "the queue refuses plain HTTP" },
      { change: { who: "another service" }, why: "only EventBridge" },
      { change: { who: "stranger" }, why: "another account's policy is not enough" },
      { change: { action: "sqs:ReceiveMessage" }, why: "only sends" },
    ],
  },
  {
    who: "EventBridge",
    action: "sqs:SendMessage",
    resource: "{dead letters}",
    context: { "aws:SecureTransport": "true", "aws:SourceArn": "{events rule}" },
    why: "keeps the clusters' events that could not be delivered",
    unless: [
      { change: { who: "another service" }, why: "only EventBridge" },
      { change: { action: "sqs:PurgeQueue" }, why: "only sends" },
    ],
  },
  {
    who: "execution role",
    action: "sqs:SendMessage",
    resource: "{dead letters}",
    context: { "aws:SecureTransport": "true" },
    why: "keeps the calls of the Lambdas that failed for good",
    unless: [
      { change: { key: "aws:SecureTransport", value: "false" }, why: "the queue refuses plain HTTP" },
      { change: { resource: "{other queue}" }, why: "this queue only" },
      { change: { action: "sqs:ReceiveMessage" }, why: "only sends" },
      { change: { action: "sqs:PurgeQueue" }, why: "only sends" },
      { change: { who: "cluster role" }, why: "an agent writes to the bucket only" },
    ],
  },
];
