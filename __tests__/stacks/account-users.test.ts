import { runInNewContext } from "node:vm";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseClusterArn } from "../../contract/cluster-arn.ts";
import { clusterPrefix, dataPrefix, DEFAULT_KEY_PREFIX } from "../../contract/object-keys.ts";
import { s3ViaService } from "../../contract/policies/encryption-key.ts";
import { writerPolicy } from "../../contract/policies/writer-policy.ts";
import type { PolicyDocument } from "../../contract/policy-document.ts";
import { evaluatePolicy, KEY_ARN, NAMES, resourceOf, synthesizeAccount } from "../support/account-json.ts";
import { anyCluster, cluster, PROD } from "../support/clusters.ts";

const json = synthesizeAccount();
const BUCKET = `arn:aws:s3:::${NAMES.bucket}`;
const KEY = { arn: KEY_ARN, viaService: s3ViaService("eu-west-1") };

/**
 * Evaluates a text in quotes that Terraform fills in: the same text in backquotes is JavaScript, where `split` exists
 * as Terraform has it.
 */
function evaluateTemplate(template: string, values: Readonly<Record<string, unknown>>): string {
  const split = (separator: string, text: string): string[] => text.split(separator);
  // `var` is a word of JavaScript's own.
  const text = template.replaceAll("${var.", "${variables.");
  return String(runInNewContext(`\`${text}\``, { ...values, split }));
}

/** What `local.data_prefix` is with a key prefix. */
function terraformDataPrefix(keyPrefix: string): string {
  const match = /^\$\{var\.key_prefix == "" \? "(.*)" : "(.*)"\}$/.exec(String(json.locals["data_prefix"]));
  if (!match) throw new Error(`local.data_prefix is "${String(json.locals["data_prefix"])}"`);
  return evaluateTemplate((keyPrefix === "" ? match[1] : match[2]) ?? "", {
    variables: { key_prefix: keyPrefix },
  });
}

/** What `local.cluster_prefixes` holds for a cluster's ARN. */
function terraformClusterPrefix(keyPrefix: string, arn: string): string {
  const expression = String(json.locals["cluster_prefixes"]);
  const match = /^\$\{\{ for arn in keys\(var\.iam_users\) : arn => "(.*)" \}\}$/.exec(expression);
  if (!match?.[1]) throw new Error(`local.cluster_prefixes is "${expression}"`);
  return evaluateTemplate(match[1], { local: { data_prefix: terraformDataPrefix(keyPrefix) }, arn });
}

/** As the variable says. */
const LONGEST_KEY_PREFIX = 256;

describe("prefixes in Terraform", () => {
  test.each(["", DEFAULT_KEY_PREFIX, "a/b_c/d=e"])(
    'with the key prefix "%s" are the contract\'s',
    (prefix) => {
      expect(terraformDataPrefix(prefix)).toBe(dataPrefix(prefix));
      for (const each of [PROD, cluster("My_Cluster-2", "us-gov-west-1", "210987654321")]) {
        expect(terraformClusterPrefix(prefix, each.arn)).toBe(clusterPrefix(prefix, each));
      }
    },
  );

  test("are the contract's for any cluster", () => {
    fc.assert(
      fc.property(anyCluster, (each) => {
        expect(terraformClusterPrefix(DEFAULT_KEY_PREFIX, each.arn)).toBe(
          clusterPrefix(DEFAULT_KEY_PREFIX, each),
        );
      }),
    );
  });
});

describe("a user for one cluster", () => {
  const user = resourceOf(json, "aws_iam_user.cluster");
  const policy = resourceOf(json, "aws_iam_user_policy.cluster");

  test("is made for each ARN of iam_users, beside roles and the one user", () => {
    expect(user).toMatchObject({ for_each: "${var.iam_users}", name: "${each.value}", force_destroy: true });
    expect(policy).toMatchObject({
      for_each: "${var.iam_users}",
      user: "${aws_iam_user.cluster[each.key].name}",
    });
    expect(user).not.toHaveProperty("count");
  });

  test.each(["aws_iam_user.cluster", "aws_iam_user.agent"])(
    "%s carries the account's boundary",
    (address) => {
      expect(resourceOf(json, address)["permissions_boundary"]).toBe(
        '${var.permissions_boundary_arn == "" ? null : var.permissions_boundary_arn}',
      );
    },
  );

  /** The policy of the user of the cluster `arn`. */
  function policyFor(arn: string, holds: readonly string[] = []): PolicyDocument {
    const argument = String(policy["policy"]);
    const match =
      /^\$\{replace\((jsonencode\(.*\)), "CLUSTER_PREFIX", local\.cluster_prefixes\[each\.key\]\)\}$/.exec(
        argument,
      );
    if (!match?.[1]) throw new Error(`the policy is "${argument}"`);
    const document = JSON.stringify(evaluatePolicy(json, `\${${match[1]}}`, holds));
    const prefix = terraformClusterPrefix(DEFAULT_KEY_PREFIX, arn);
    return JSON.parse(document.replaceAll("CLUSTER_PREFIX", prefix)) as PolicyDocument;
  }

  test("may do what that cluster's role may", () => {
    const prefix = clusterPrefix(DEFAULT_KEY_PREFIX, PROD);
    expect(policyFor(PROD.arn)).toEqual(writerPolicy(BUCKET, prefix));
    expect(policyFor(PROD.arn, ["local.use_kms"])).toEqual(writerPolicy(BUCKET, prefix, KEY));
  });

  // IAM: 2,048 characters for all inline policies of a user, white space aside.
  test("has a policy that fits its quota even with the longest names", () => {
    const longest = cluster("c".repeat(100), "ap-southeast-1");
    const policyText = JSON.stringify(policyFor(longest.arn, ["local.use_kms"]));
    const withLongest = policyText
      .replaceAll(NAMES.bucket, "b".repeat(63))
      .replaceAll(DEFAULT_KEY_PREFIX, "k".repeat(LONGEST_KEY_PREFIX))
      .replaceAll(KEY_ARN, KEY_ARN.replace("arn:aws:kms:eu-west-1", "arn:aws-us-gov:kms:us-gov-west-1"));
    expect(withLongest.length).toBeGreaterThan(policyText.length);

    expect(withLongest.length).toBeLessThan(2048);
  });
});

describe("iam_users", () => {
  const [arns, names] = (json.variable["iam_users"]?.["validation"] ?? []) as { condition: string }[];
  const pattern = ({ condition = "" } = {}): RegExp =>
    new RegExp(/regex\("(.*)", \w+\)/.exec(condition)?.[1] ?? "$.");

  test.each([
    PROD.arn,
    "arn:aws-cn:eks:cn-north-1:123456789012:cluster/prod",
    "arn:aws-us-gov:eks:us-gov-west-1:123456789012:cluster/My_Cluster-2",
  ])("takes %s, as the contract does", (arn) => {
    expect(arn).toMatch(pattern(arns));
    expect(parseClusterArn(arn).arn).toBe(arn);
  });

  test.each([
    "prod",
    "arn:aws:eks:eu-west-1:123456789012:cluster/*",
    "arn:aws:eks:eu-west-1:123456789012:cluster/a.b",
    "arn:aws:eks:eu-west-1:123456789012:nodegroup/prod/a/b",
    "arn:aws:eks:*:123456789012:cluster/prod",
    "arn:aws:eks:eu-west-1:12345:cluster/prod",
    `arn:aws:eks:eu-west-1:123456789012:cluster/${"c".repeat(101)}`,
  ])("refuses %s, as the contract does", (arn) => {
    expect(arn).not.toMatch(pattern(arns));
    expect(() => parseClusterArn(arn)).toThrow("is not an EKS cluster ARN");
  });

  test("takes names that IAM takes", () => {
    for (const name of ["prod-writer", "A_b+=,.@-9", "u".repeat(64)]) expect(name).toMatch(pattern(names));
    for (const name of ["", "a b", "path/name", "u".repeat(65)]) expect(name).not.toMatch(pattern(names));
  });
});
