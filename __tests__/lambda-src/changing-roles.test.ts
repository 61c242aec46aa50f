import { expect, test } from "@jest/globals";
import { FakeAccount } from "../fakes/fake-account.ts";
import { FakeAwsError } from "../fakes/fake-iam.ts";

// A role that changes while it is read is not a role that is not there.

const NOT_FOUND = new FakeAwsError("NoSuchEntityException", "cannot be found", 404);

async function accountWithRole(): Promise<{ account: FakeAccount; name: string }> {
  const account = new FakeAccount();
  const name = account.addCluster("eu-west-1", "prod");
  await account.reconcile();
  account.iam.role(name).inline.set("added", "{}");
  account.iam.forgetCalls();
  return { account, name };
}

/** Answers the first `times` of these calls as IAM does for what is gone, or not there yet. */
function missing(account: FakeAccount, call: string, times: number): void {
  let left = times;
  account.iam.fault = (tried) => (tried === call && left-- > 0 ? NOT_FOUND : undefined);
}

test("an inline policy that goes between listing and reading does not hide its role from a destroy", async () => {
  const { account } = await accountWithRole();
  const { iam } = account;
  iam.fault = (call, role) => {
    if (call === "getRolePolicy" && role !== undefined) iam.role(role).inline.delete("added");
    return undefined;
  };

  expect(await account.destroy()).toMatchObject({ status: "ok", counts: { delete: 1 } });
  expect(iam.roles.size).toBe(0);
});

test.each(["getRole", "listRolePolicies", "listAttachedRolePolicies"])(
  "a listed role that %s does not find is looked at once more, and a destroy removes it",
  async (call) => {
    const { account } = await accountWithRole();
    missing(account, call, 1);

    expect(await account.destroy()).toMatchObject({ status: "ok", counts: { delete: 1 } });
    expect(account.iam.roles.size).toBe(0);
  },
);

test("a role that is found and whose policies are not fails a destroy, which must not say that it is gone", async () => {
  const { account, name } = await accountWithRole();
  missing(account, "listAttachedRolePolicies", Infinity);

  const report = await account.destroy();
  expect(report.status).toBe("failed");
  expect(report.problems).toEqual([
    `Role "${name}" stays: the role cannot be read: NoSuchEntity: cannot be found`,
  ]);
  expect(account.iam.roles.size).toBe(1);
});

test("a role whose policies are not found when it is deleted is not told to be deleted", async () => {
  const { account, name } = await accountWithRole();
  const { iam } = account;
  iam.fault = (call) =>
    call === "listAttachedRolePolicies" && iam.calls.filter((one) => one.call === call).length > 1
      ? NOT_FOUND
      : undefined;

  const report = await account.destroy();
  expect(report.status).toBe("failed");
  expect(report.problems).toEqual([`Cannot delete role "${name}": NoSuchEntity: cannot be found`]);
  expect(iam.roles.size).toBe(1);
});

test("a role that is listed for a while after its deletion is no problem: a second destroy ends well", async () => {
  const { account } = await accountWithRole();
  account.iam.settling.calls = 100;
  expect(await account.destroy()).toMatchObject({ status: "ok", counts: { delete: 1 } });
  expect(await account.destroy()).toMatchObject({ status: "ok", problems: [], counts: {} });
});

test("a run that does not find a listed role at first does not make it anew", async () => {
  const { account } = await accountWithRole();
  missing(account, "getRole", 1);

  expect(await account.reconcile()).toMatchObject({ status: "ok", counts: { update: 1 } });
  expect(account.iam.writes.map(({ call }) => call)).toEqual(["deleteRolePolicy"]);
});

test("all roles that are not found wait for one pause", async () => {
  const account = new FakeAccount();
  for (const cluster of ["a", "b", "c", "d", "e"]) account.addCluster("eu-west-1", cluster);
  await account.reconcile();
  const before = account.now.getTime();
  const missed = new Set<string>();
  account.iam.fault = (call, name = "") => {
    if (call !== "getRole" || missed.has(name)) return undefined;
    missed.add(name);
    return new FakeAwsError("NoSuchEntityException", "not yet");
  };

  expect(await account.reconcile()).toMatchObject({ counts: { unchanged: 5 } });
  expect(account.now.getTime() - before).toBe(5_000);
});
