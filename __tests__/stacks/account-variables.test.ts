import { describe, expect, test } from "@jest/globals";
import { synthesizeAccount, type Block } from "../support/account-json.ts";

const { variable } = synthesizeAccount();

interface Validation {
  readonly condition: string;
  readonly error_message: string;
}

function validation(name: string): Validation {
  const [first] = (variable[name]?.["validation"] ?? []) as Validation[];
  if (!first) throw new Error(`"${name}" has no validation`);
  return first;
}

/** The regular expression in a variable's condition. Those used here mean the same in Terraform's RE2. */
function pattern(name: string): RegExp {
  const match = /regex\("((?:[^"\\]|\\.)*)"/.exec(validation(name).condition);
  if (!match?.[1]) throw new Error(`"${name}" is not validated by a regular expression`);
  return new RegExp(JSON.parse(`"${match[1]}"`) as string);
}

describe.each(Object.entries(variable))("the variable %s", (name, block: Block) => {
  test("has a type, a description of one sentence or more, and a default", () => {
    expect(block["type"]).toBeTruthy();
    expect(String(block["description"])).toMatch(/^[A-Z].*\.( |$)/);
    expect(Object.keys(block)).toContain("default");
  });

  test("is null only where null means something", () => {
    const meansSomething = block["default"] === null;
    expect(block["nullable"]).toBe(meansSomething ? undefined : false);
    expect(/\bnull\b/.test(String(block["description"]))).toBe(meansSomething);
  });

  test("says what to do when it is refused, in a sentence as Terraform wants it", () => {
    for (const { condition, error_message: message } of (block["validation"] ?? []) as Validation[]) {
      expect(condition).toContain(`var.${name}`);
      expect(message).toContain(name);
      expect(message).toMatch(/[;,] .*\.$/);
    }
  });

  test("is checked, unless it is a plain switch", () => {
    const plain = [
      "cluster_events",
      "create_iam_user",
      "create_query_tables",
      "delete_roles_on_destroy",
      "force_destroy",
    ];
    expect(((block["validation"] ?? []) as Validation[]).length > 0).toBe(!plain.includes(name));
  });
});

describe.each([
  [
    "name_prefix",
    ["nops-container-cost", "a", "p".repeat(32)],
    ["", "Nops", "-a", "a-", "a_b", "a.b", "p".repeat(33)],
  ],
  [
    "role_name",
    ["", "nops-integration", "Role+=,.@-_1"],
    ["arn:aws:iam::1:role/x", "path/x", "r".repeat(65), "a b"],
  ],
  ["key_prefix", ["", "container-insights", "a/b_c/d=e"], ["/a", "a/", "a//b", "a/*", "a?b", "${x}", "a b"]],
  [
    "include_regions",
    ["eu-west-1", "us-gov-west-1", "ap-southeast-2"],
    ["mars", "eu-west", "EU-WEST-1", "eu-west-1a"],
  ],
  [
    "permissions_boundary_arn",
    [
      "",
      "arn:aws:iam::123456789012:policy/boundary",
      "arn:aws-us-gov:iam::123456789012:policy/team/boundary",
      "arn:aws-cn:iam::aws:policy/PowerUserAccess",
    ],
    [
      "boundary",
      "arn:aws:iam::123456789012:role/boundary",
      "arn:aws:iam::1:policy/x",
      "arn:aws:iam::aws:policy/",
    ],
  ],
] as const)("%s", (name, accepted, refused) => {
  test.each(accepted)('accepts "%s"', (value) => {
    expect(value).toMatch(pattern(name));
  });

  test.each(refused)('refuses "%s"', (value) => {
    expect(value).not.toMatch(pattern(name));
  });
});

describe("rules that are not patterns", () => {
  test("key_prefix keeps clear of the reconciler's own objects", () => {
    expect(validation("key_prefix").condition).toContain('split("/", var.key_prefix)[0] != "control"');
  });

  test("include_regions checks every item, trimmed, and lets a trailing comma be", () => {
    expect(validation("include_regions").condition).toMatch(
      /^\$\{alltrue\(\[for region in split\(",", var\.include_regions\) : trimspace\(region\) == "" \|\| can\(/,
    );
  });

  test("attach_read_policy needs a role", () => {
    expect(validation("attach_read_policy").condition).toBe(
      '${var.attach_read_policy == null || var.attach_read_policy == false || var.role_name != ""}',
    );
  });

  test.each(["orphan_grace_hours", "max_deletes_per_run"])(
    "%s is a whole number that is not negative",
    (name) => {
      expect(validation(name).condition).toContain(`var.${name} >= 0`);
      expect(validation(name).condition).toContain(`floor(var.${name}) == var.${name}`);
    },
  );

  test("log_retention_days offers only what CloudWatch Logs takes, its default among them", () => {
    const days = /\[([\d, ]+)\]/
      .exec(validation("log_retention_days").condition)?.[1]
      ?.split(", ")
      .map(Number);
    expect(days).toContain(variable["log_retention_days"]?.["default"]);
    expect(days).not.toContain(2);
  });

  test("tags leave the roles' own keys alone", () => {
    expect(validation("tags").condition).toContain('"^(container-insights|aws):"');
  });
});
