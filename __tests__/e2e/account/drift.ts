import assert from "node:assert/strict";
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import type { Checks } from "../checks.ts";
import { deleteCluster, inspectRole, roleNames } from "./aws.ts";
import { BUCKET, ROLE_PATH, roleNameOf } from "./expected-role.ts";
import { invokeFunction, SCHEDULED_EVENT } from "./invoke.ts";
import { checkAssociationDrift, POD_CLUSTER } from "./pod-identity.ts";
import { assertRole, CLUSTERS, type AccountUnderTest } from "./under-test.ts";
import { waitFor } from "./wait-for.ts";

const MANAGEMENT = "nops-container-cost-agent-role-management";
const [edited, deleted] = CLUSTERS;
const OPEN_TRUST = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }],
};

/** Changes roles by hand, for the rule to repair. */
export async function changeRolesByHand(checks: Checks, account: AccountUnderTest): Promise<void> {
  await checks.check("roles are edited, deleted and added by hand", async () => {
    await editRole(account, roleNameOf(edited));
    await deleteRole(account, roleNameOf(deleted));
    await addForeignRole(account);
    await assert.rejects(assertRole(account, edited));
    await assert.rejects(assertRole(account, deleted));
  });
}

/** Waits for the rule to repair them; then ends a cluster and calls the Lambda as the rule does. */
export async function checkDrift(checks: Checks, account: AccountUnderTest): Promise<void> {
  await checks.check("the scheduled rule repairs the edited role and brings the deleted one back", () =>
    waitFor(async () => {
      await assertRole(account, edited);
      await assertRole(account, deleted);
    }),
  );
  await checks.check("a role under the path that does not carry our tags is left alone", async () => {
    const foreign = await inspectRole(account.aws, "somebody-elses");
    assert.deepEqual(foreign?.trust, OPEN_TRUST);
  });
  await checks.check("a run that finds everything in order changes nothing", async () => {
    const { counts, status } = await runManagement(account);
    assert.equal(status, "ok");
    const changed = Object.keys(counts).filter(
      (name) => /create|update|delete|orphan/.test(name) && counts[name],
    );
    assert.deepEqual(changed, []);
  });
  await checkAssociationDrift(checks, account, () => runManagement(account));
  await checks.check("when a cluster is gone its role goes, and only its role", async () => {
    await deleteCluster(account.aws, deleted.region, deleted.name);
    await runManagement(account);
    assert.deepEqual(await roleNames(account.aws, ROLE_PATH), [
      roleNameOf(POD_CLUSTER),
      roleNameOf(edited),
      "somebody-elses",
    ]);
    await assertRole(account, edited);
  });
  await checks.check("the last report is in the bucket and names what was seen and left alone", async () => {
    const answer = await account.aws.s3.send(
      new GetObjectCommand({ Bucket: BUCKET, Key: "control/role-reconcile/latest.json" }),
    );
    const text = (await answer.Body?.transformToString()) ?? "";
    assert.match(text, /somebody-elses/);
    const report = JSON.parse(text) as {
      deployment: string;
      regions: { region: string; state: string }[];
    };
    assert.equal(report.deployment, BUCKET);
    assert.deepEqual(report.regions.map(({ region, state }) => `${region} ${state}`).sort(), [
      "eu-west-1 complete",
      "us-east-1 complete",
    ]);
  });
}

async function editRole({ aws }: AccountUnderTest, name: string): Promise<void> {
  const policy = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] };
  await aws.iam.send(
    new UpdateAssumeRolePolicyCommand({ RoleName: name, PolicyDocument: JSON.stringify(OPEN_TRUST) }),
  );
  await aws.iam.send(
    new PutRolePolicyCommand({
      RoleName: name,
      PolicyName: "container-insights-writer",
      PolicyDocument: JSON.stringify(policy),
    }),
  );
  await aws.iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: name }));
}

async function deleteRole({ aws }: AccountUnderTest, name: string): Promise<void> {
  const found = await inspectRole(aws, name);
  for (const policy of Object.keys(found?.policies ?? {})) {
    await aws.iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName: policy }));
  }
  await aws.iam.send(new DeleteRoleCommand({ RoleName: name }));
}

async function addForeignRole({ aws }: AccountUnderTest): Promise<void> {
  await aws.iam.send(
    new CreateRoleCommand({
      RoleName: "somebody-elses",
      Path: ROLE_PATH,
      AssumeRolePolicyDocument: JSON.stringify(OPEN_TRUST),
    }),
  );
}

interface RunSummary {
  readonly status: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
}

async function runManagement({ emulator }: AccountUnderTest): Promise<RunSummary> {
  const { error, payload } = await invokeFunction(emulator.url, MANAGEMENT, SCHEDULED_EVENT);
  assert.equal(error, undefined, JSON.stringify(payload));
  return payload as RunSummary;
}
