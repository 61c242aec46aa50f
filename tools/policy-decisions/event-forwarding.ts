import type { Allowed } from "./decision.ts";

/** What the module `region-events` lets EventBridge do. */
export const EVENT_FORWARDING_DECISIONS: readonly Allowed[] = [
  {
    who: "EventBridge",
    action: "sts:AssumeRole",
    resource: "{forwarding role}",
    context: { "aws:SourceAccount": "{account}", "aws:SourceArn": "{forwarding rule}" },
    when: "region events",
    why: "delivers what the forwarding rule matched",
    unless: [
      { change: { key: "aws:SourceArn", value: "{events rule}" }, why: "for that rule only" },
      { change: { key: "aws:SourceArn", value: undefined }, why: "for no other purpose" },
      { change: { key: "aws:SourceAccount", value: "{other account}" }, why: "not for another account" },
      { change: { key: "aws:SourceAccount", value: undefined }, why: "not for an account that is not told" },
      { change: { who: "another service" }, why: "only EventBridge" },
      { change: { who: "stranger" }, why: "nobody of another account" },
      { change: { who: "execution role" }, why: "no Lambda" },
    ],
  },
  {
    who: "forwarding role",
    action: "events:PutEvents",
    resource: "{home bus}",
    why: "puts events on the home region's default bus",
    unless: [
      { change: { resource: "{other bus}" }, why: "that bus only" },
      { change: { resource: "{bus elsewhere}" }, why: "of that region only" },
      { change: { action: "events:PutRule", resource: "{events rule}" }, why: "only events" },
      { change: { action: "events:DescribeEventBus" }, why: "looks at nothing" },
      { change: { who: "cluster role" }, why: "an agent writes to the bucket only" },
    ],
  },
];
