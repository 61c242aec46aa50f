import { expect, test } from "@jest/globals";
import { KEPT_ON_DESTROY } from "../../lambda-src/reconcile/plan.ts";
import { TAG } from "../../contract/names.ts";
import { FakeAccount } from "../fakes/fake-account.ts";
import { FakeAwsError, type Fault } from "../fakes/fake-iam.ts";

async function accountWithRoles(): Promise<{ account: FakeAccount; names: string[] }> {
  const account = new FakeAccount();
  const names = ["a", "b", "c", "d"].map((cluster) => account.addCluster("eu-west-1", cluster));
  await account.reconcile();
  account.iam.forgetCalls();
  return { account, names };
}

function deny(call: string, role: string | undefined): Fault {
  return (tried, name) =>
    tried === call && name === role ? new FakeAwsError("AccessDenied", `no ${call}`, 403) : undefined;
}

test("destroy removes ours only, with the report, and may be repeated", async () => {
  const { account } = await accountWithRoles();
  const foreign = account.iam.addRole({ name: "theirs", path: "/nops-container-cost/" });
  account.iam.addRole({ name: "nops-ccost-prod_eu-west-1" });
  account.eks("eu-west-1").failure = new FakeAwsError("AccessDeniedException", "no");

  const report = await account.destroy({ maxDeletesPerRun: 0 });
  expect(report).toMatchObject({ status: "ok", problems: [], counts: { delete: 4, foreign: 1 } });
  expect([...account.iam.roles.values()].map((role) => role.name).sort()).toEqual([
    "nops-ccost-prod_eu-west-1",
    foreign.name,
  ]);
  expect(account.report).toBeUndefined();
  expect((await account.destroy()).counts).toEqual({ foreign: 1 });
});

test.each(["getRole", "listRolePolicies", "listAttachedRolePolicies"])(
  "a role that cannot be read because %s is denied fails the destroy, which removes the others",
  async (call) => {
    const { account, names } = await accountWithRoles();
    account.iam.fault = deny(call, names[1]);

    const report = await account.destroy();
    expect(report.status).toBe("failed");
    expect(report.problems).toEqual([
      `Role "${names[1]}" stays: the role cannot be read: AccessDenied: no ${call}`,
    ]);
    expect([...account.iam.roles.values()].map(({ name }) => name)).toEqual([names[1]]);

    account.iam.fault = () => undefined;
    expect(await account.destroy()).toMatchObject({ status: "ok", counts: { delete: 1 } });
  },
);

test("a role whose deletion is denied fails the destroy", async () => {
  const { account, names } = await accountWithRoles();
  account.iam.fault = deny("deleteRole", names[0]);

  const report = await account.destroy();
  expect(report.status).toBe("failed");
  expect(report.problems).toEqual([`Cannot delete role "${names[0]}": AccessDenied: no deleteRole`]);
});

test("a role that changes between plan and deletion stays and fails the destroy", async () => {
  const { account, names } = await accountWithRoles();
  const [name = ""] = names;
  let reads = 0;
  account.iam.fault = (call, role) => {
    if (call === "getRole" && role === name && ++reads === 2) {
      account.iam.role(name).tags.set(TAG.clusterArn, "arn:aws:eks:eu-west-1:123456789012:cluster/z");
    }
    return undefined;
  };

  const report = await account.destroy();
  expect(report.status).toBe("failed");
  expect(report.problems).toEqual([`Role "${name}" stays: its cluster changed since the plan was made`]);
});

test("told to keep its roles, destroy writes nothing, takes the report away, and fails with what to do first", async () => {
  const { account, names } = await accountWithRoles();

  const report = await account.destroy({ deleteRolesOnDestroy: false });
  expect(account.iam.writes).toEqual([]);
  expect(report.status).toBe("failed");
  expect(report.problems).toEqual([
    `Roles "${names[0]}", "${names[1]}", "${names[2]}" and 1 more stay: ${KEPT_ON_DESTROY}`,
  ]);
  expect(account.report).toBeUndefined();
});

test("told to keep its roles, destroy passes where there are none of ours", async () => {
  const account = new FakeAccount();
  account.iam.addRole({ name: "theirs", path: "/nops-container-cost/" });

  expect(await account.destroy({ deleteRolesOnDestroy: false })).toMatchObject({
    status: "ok",
    counts: { foreign: 1 },
  });
});

test("told to keep its roles under a boundary that is not this stack's, destroy leaves them, and passes", async () => {
  const account = new FakeAccount();
  const boundaryArn = "arn:aws:iam::123456789012:policy/team/boundary";
  const name = account.addCluster("eu-west-1", "prod");
  await account.reconcile({ boundaryArn });
  account.iam.forgetCalls();

  const report = await account.destroy({ boundaryArn, deleteRolesOnDestroy: false });
  expect(account.iam.writes).toEqual([]);
  expect(report).toMatchObject({ status: "ok", problems: [], counts: { kept: 1 } });
  expect(account.iam.role(name).boundary).toBe(boundaryArn);
  expect(await account.destroy({ boundaryArn })).toMatchObject({ status: "ok", counts: { delete: 1 } });
});

test("a boundary given later replaces the stack's own in every role, before anything else of it changes", async () => {
  const { account, names } = await accountWithRoles();
  const boundaryArn = "arn:aws:iam::123456789012:policy/team/boundary";

  await account.reconcile({ boundaryArn });
  expect(account.iam.writes.map(({ call }) => call)).toEqual(names.map(() => "putRolePermissionsBoundary"));
  for (const name of names) expect(account.iam.role(name).boundary).toBe(boundaryArn);
});
