import { expect, test } from "@jest/globals";
import { FakeAccount } from "../fakes/fake-account.ts";
import { FakeAwsError } from "../fakes/fake-iam.ts";

test("two deployments in one account do not touch each other's roles", async () => {
  const account = new FakeAccount();
  const other = { namePrefix: "other" };
  account.addCluster("eu-west-1", "prod");
  await account.reconcile();
  await account.reconcile(other);
  expect(account.iam.roles.size).toBe(2);
  account.iam.forgetCalls();

  await account.reconcile();
  await account.reconcile(other);
  expect(account.iam.writes).toEqual([]);

  await account.destroy(other);
  expect([...account.iam.roles.values()].map((role) => role.path)).toEqual(["/nops-container-cost/"]);
});

test("two deployments that share a prefix by mistake conflict, and neither takes the other's role", async () => {
  const account = new FakeAccount();
  account.addCluster("eu-west-1", "prod");
  await account.reconcile();
  account.iam.forgetCalls();

  const report = await account.reconcile({ bucket: "another-bucket", orphanGraceHours: 0 });
  expect(account.iam.writes).toEqual([]);
  expect(report.notes).toEqual([expect.objectContaining({ kind: "conflict" })]);
});

test.each(["/", "/nops-container-cost/"])(
  "a role of somebody else with our name at path %s is reported and untouched",
  async (path) => {
    const account = new FakeAccount();
    const name = account.addCluster("eu-west-1", "prod");
    const foreign = account.iam.addRole({ name: name.toUpperCase(), path, trust: `{"theirs":true}` });
    const before = structuredClone(foreign);

    const report = await account.reconcile({ orphanGraceHours: 0 });
    expect(account.iam.role(name)).toEqual(before);
    expect(report.status).toBe("partial");
    expect(report.problems).toEqual([expect.stringContaining("not ours")]);
    expect(report.counts).toEqual({ conflict: 1 });
  },
);

test("a conflict that the plan saw and one that was met are two", async () => {
  const account = new FakeAccount();
  for (const [cluster, path] of [
    ["below", "/nops-container-cost/"],
    ["beside", "/"],
  ] as const) {
    account.iam.addRole({ name: account.addCluster("eu-west-1", cluster), path });
  }
  expect((await account.reconcile()).counts).toEqual({ conflict: 2 });
});

test("prefixes of which one begins the other can ask for one name; the second conflicts, and says so", async () => {
  // IAM names are unique per account, whatever the path: "a" of "b-prod" is "a-b" of "prod".
  const account = new FakeAccount();
  account.addCluster("eu-west-1", "prod");
  const name = account.roleName("eu-west-1", "b-prod", "a");
  expect(account.roleName("eu-west-1", "prod", "a-b")).toBe(name);
  await account.reconcile({ namePrefix: "a-b", bucket: "a-b-bucket" });
  const before = structuredClone(account.iam.role(name));
  account.addCluster("eu-west-1", "b-prod");
  // As the Lambda's policy has it: roles at another path cannot be read.
  account.iam.fault = (call, role) =>
    call === "getRole" && role === name ? new FakeAwsError("AccessDenied", "not below /a/", 403) : undefined;

  const report = await account.reconcile({ namePrefix: "a", bucket: "a-bucket" });
  expect(report.status).toBe("partial");
  expect(report.problems).toEqual([
    expect.stringMatching(
      /^Cannot create role "a-b-prod_eu-west-1": .* is not ours: AccessDenied: not below .a.; .* change name_prefix$/,
    ),
  ]);
  expect(account.iam.role(name)).toEqual(before);
});
