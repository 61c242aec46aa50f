import { describe, expect, test } from "@jest/globals";
import { clusterEventPattern } from "../../contract/cluster-events.ts";
import { forwardingRoleName, MAX_NAME_PREFIX_LENGTH } from "../../contract/names.ts";
import { resourceOf, synthesizeAccount, type AccountJson, type Block } from "../support/account-json.ts";
import { golden } from "../support/golden.ts";
import { synthesizeRegionEvents } from "../support/region-events-json.ts";

const json = synthesizeRegionEvents();
const account = synthesizeAccount();
const resource = (address: string): Block => resourceOf(json as AccountJson, address);

interface Rule {
  readonly condition: string;
  readonly error_message: string;
}

test("the synthesized module is the reviewed one", () => {
  const actual = `${JSON.stringify(json, null, 2)}\n`;
  expect(actual).toBe(golden("region-events.json", actual));
});

describe("the module region-events", () => {
  test("has neither provider nor backend, and accepts the account stack's versions", () => {
    expect(json).not.toHaveProperty("provider");
    const { backend: _, ...requirements } = account.terraform;
    expect(json.terraform).toEqual(requirements);
  });

  test("names no account, region, partition or machine", () => {
    const text = JSON.stringify(json);
    expect(text).not.toMatch(/\d{12}/);
    expect(text).not.toMatch(/arn:aws[:-]/);
    expect(text).not.toMatch(/"\/(tmp|home|root|work|Users)\//);
  });

  test("forwards its own region's events only, so that nothing is forwarded twice or in a circle", () => {
    expect(resource("aws_cloudwatch_event_rule.forward")["event_pattern"]).toBe(
      "${jsonencode(local.cluster_events_pattern)}",
    );
    expect(json.locals["cluster_events_pattern"]).toEqual(
      clusterEventPattern("${data.aws_caller_identity.current.account_id}", "${data.aws_region.current.id}"),
    );
  });

  test("puts them on the bus that the account stack's rule is on, after it may", () => {
    expect(resource("aws_cloudwatch_event_target.forward")).toMatchObject({
      arn: "arn:${data.aws_partition.current.partition}:events:${var.home_region}:${data.aws_caller_identity.current.account_id}:event-bus/default",
      role_arn: "${aws_iam_role.forward.arn}",
      depends_on: ["aws_iam_role_policy.forward"],
    });
    // Without a name a rule is on the default bus.
    expect(resourceOf(account, "aws_cloudwatch_event_rule.cluster_events")).not.toHaveProperty(
      "event_bus_name",
    );
  });

  test("makes a role for each region, because the names of roles are the whole account's", () => {
    expect(resource("aws_iam_role.forward")["name"]).toBe(
      "${var.name_prefix}-events-${data.aws_region.current.id}",
    );
    const longest = forwardingRoleName("p".repeat(MAX_NAME_PREFIX_LENGTH), "ap-southeast-1");
    expect(longest.length).toBeLessThanOrEqual(64);
    // The roles of clusters, below the deployment's path, are the reconciler's.
    expect(resource("aws_iam_role.forward")).not.toHaveProperty("path");
  });

  test("is refused in the home region itself", () => {
    const { precondition } = resource("aws_cloudwatch_event_rule.forward")["lifecycle"] as {
      precondition: Rule[];
    };
    expect(precondition.map(({ condition }) => condition)).toEqual([
      "${data.aws_region.current.id != var.home_region}",
    ]);
  });
});

describe("its variables", () => {
  test("need the home region, and nothing else", () => {
    const required = Object.entries(json.variable).filter(([, block]) => !("default" in block));
    expect(required.map(([name]) => name)).toEqual(["home_region"]);
  });

  test.each(Object.entries(json.variable))("%s is described, and refused in a sentence", (name, block) => {
    expect(String(block["description"])).toMatch(/^[A-Z].*\.$/);
    for (const { condition, error_message: message } of (block["validation"] ?? []) as Rule[]) {
      expect(condition).toContain(`var.${name}`);
      expect(message).toMatch(new RegExp(`^${name} .*[;,:] .*\\.$`));
    }
  });

  test("have the account stack's rules where they have its names", () => {
    for (const name of ["name_prefix", "tags", "permissions_boundary_arn"]) {
      const rules = (json.variable[name]?.["validation"] ?? []) as Rule[];
      expect(rules.length).toBeGreaterThan(0);
      expect(account.variable[name]?.["validation"]).toEqual(expect.arrayContaining(rules));
    }
  });

  test("are read by their rules, and no other is", () => {
    const read = [...JSON.stringify(json).matchAll(/\bvar\.(\w+)/g)].map(([, name = ""]) => name);
    expect([...new Set(read)].sort()).toEqual(Object.keys(json.variable).sort());
  });

  test.each([
    ["eu-west-1", true],
    ["us-gov-west-1", true],
    ["cn-north-1", true],
    ["mars", false],
    ["eu-west-1a", false],
    ["eu-west-1,us-east-1", false],
    ["", false],
  ])('home_region "%s": %s', (value, accepted) => {
    const [{ condition } = { condition: "" }] = (json.variable["home_region"]?.["validation"] ??
      []) as Rule[];
    const pattern = /regex\("([^"]+)", var\.home_region\)/.exec(condition)?.[1];
    expect(new RegExp(pattern ?? "nothing").test(value)).toBe(accepted);
  });
});
