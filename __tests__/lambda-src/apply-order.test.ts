import { expect, test } from "@jest/globals";
import { FakeAccount } from "../fakes/fake-account.ts";

test("access comes first: roles are repaired, then made, and only then others are deleted", async () => {
  const account = new FakeAccount();
  account.addCluster("eu-west-1", "gone");
  const edited = account.addCluster("eu-west-1", "old");
  await account.reconcile();
  account.eks("eu-west-1").clusters.delete("gone");
  account.iam.role(edited).inline.clear();
  account.addCluster("eu-west-1", "new");
  account.iam.forgetCalls();

  await account.reconcile({ orphanGraceHours: 0 });
  const calls = account.iam.writes.map(({ call, role }) => (role === edited ? `repair: ${call}` : call));
  expect(calls).toEqual([
    "repair: putRolePolicy",
    "createRole",
    "putRolePolicy",
    "deleteRolePolicy",
    "deleteRole",
  ]);
});
