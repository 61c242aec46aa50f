import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { TAG } from "../../contract/names.ts";
import { handler as createRoles } from "../../lambda-src/role-creation.ts";
import { handler as manageRoles } from "../../lambda-src/role-management.ts";
import type { AwsServer } from "../fakes/aws-server.ts";
import { deployment, type FakeAccount } from "../fakes/fake-account.ts";
import { FakeAwsError } from "../fakes/fake-iam.ts";
import { openLambdaEnvironment, type LambdaEnvironment } from "../support/lambda-environment.ts";

// A busy machine is no failure.
jest.setTimeout(60_000);

// The whole path: entry, environment, the AWS SDK, and its wire formats, against a fake account on loopback.

let account: FakeAccount;
let server: AwsServer;
let lines: LambdaEnvironment["lines"];
let context: LambdaEnvironment["context"];
let report: LambdaEnvironment["report"];
let close: LambdaEnvironment["close"];

beforeEach(async () => {
  const settings = { ORPHAN_GRACE_HOURS: "0" };
  ({ account, server, lines, context, report, close } = await openLambdaEnvironment("eu-west-1", settings));
});

afterEach(() => close());

describe("both entries, over the SDK", () => {
  test("apply makes the roles, the schedule finds nothing to do, destroy takes roles and report away", async () => {
    for (let index = 0; index < 7; index++) account.addCluster("eu-west-1", `cluster-${index}`);
    const name = account.addCluster("us-east-1", "Prod");
    account.iam.pageSize = 3;
    account.eks("eu-west-1").pageSize = 3;

    const created = await createRoles({ tf: { action: "create" } }, context);
    expect(created).toEqual({ status: "ok", counts: { create: 8 }, problems: [] });
    expect(account.iam.role(name).boundary).toBe(deployment().boundaryArn);
    expect(report()).toMatchObject({ version: 1, status: "ok" });

    account.iam.forgetCalls();
    expect(await manageRoles({}, context)).toMatchObject({ counts: { unchanged: 8 } });
    expect(account.iam.writes).toEqual([]);

    account.iam.role(name).attached.add("arn:aws:iam::aws:policy/AdministratorAccess");
    account.iam.role(name).boundary = undefined;
    expect(await manageRoles({}, context)).toMatchObject({ counts: { unchanged: 7, update: 1 } });
    expect(account.iam.role(name).boundary).toBe(deployment().boundaryArn);
    expect(account.iam.role(name).attached.size).toBe(0);

    const destroyed = await createRoles({ tf: { action: "delete" } }, context);
    expect(destroyed.counts).toEqual({ delete: 8 });
    expect(account.iam.roles.size).toBe(0);
    expect(report()).toBeNull();
    // Three runs wrote three versions; a bucket that still holds one cannot be destroyed.
    expect(server.versions).toEqual([]);
    expect(await createRoles({ tf: { action: "delete" } }, context)).toMatchObject({
      status: "ok",
      counts: {},
    });
  });

  test("a region that cannot be listed fails the schedule, which retries and alarms, but no apply", async () => {
    account.addCluster("eu-west-1", "prod");
    account.eks("us-east-1").failure = new FakeAwsError("UnrecognizedClientException", "not enabled", 403);

    const applied = await createRoles({ tf: { action: "update", prev_input: {} } }, context);
    expect(applied).toMatchObject({ status: "partial", counts: { create: 1 } });
    await expect(manageRoles({}, context)).rejects.toThrow(
      /ended as "partial": Region us-east-1 could not be listed: UnrecognizedClient: not enabled/,
    );
  });

  test("an apply with another bucket fails while a role is not taken over, whatever stopped it, and names the way on", async () => {
    const name = account.addCluster("eu-west-1", "prod");
    await account.reconcile({ bucket: "before" });
    const update = {
      tf: { action: "update", prev_input: { settings: { DEPLOYMENT_BUCKET: "before" } } },
    };
    const wayOn = `roles apply --regions eu-west-1,us-east-1 --name-prefix nops-container-cost --bucket ${deployment().bucket} --former-bucket before`;
    const late = { ...context, getRemainingTimeInMillis: () => 1_000 };
    await expect(createRoles(update, late)).rejects.toThrow(wayOn);

    account.iam.fault = (call) =>
      call === "listRoles" ? new FakeAwsError("InvalidClientTokenId", "not you", 403) : undefined;
    await expect(createRoles(update, context)).rejects.toThrow(new RegExp(`not you.*${wayOn}`));

    account.iam.fault = () => undefined;
    expect(account.iam.role(name).tags.get(TAG.deployment)).toBe("before");
    expect(await createRoles(update, context)).toMatchObject({ status: "ok", counts: { adopt: 1 } });
    expect(account.iam.role(name).tags.get(TAG.deployment)).toBe(deployment().bucket);
  });

  test("when no region can be listed the apply fails too", async () => {
    for (const region of ["eu-west-1", "us-east-1"]) {
      account.eks(region).failure = new FakeAwsError("UnrecognizedClientException", "not enabled", 403);
    }
    await expect(createRoles({ tf: { action: "update" } }, context)).rejects.toThrow(/ended as "failed"/);
  });

  test("a denial is waited out in an apply, when permissions may be seconds old, and at no other time", async () => {
    account.addCluster("eu-west-1", "prod");
    let denials = 0;
    account.iam.fault = (call) =>
      call === "listRoles" && denials++ === 0
        ? new FakeAwsError("AccessDenied", "not settled", 403)
        : undefined;
    expect(await createRoles({ tf: { action: "create" } }, context)).toMatchObject({ counts: { create: 1 } });

    denials = 0;
    expect(await createRoles({ tf: { action: "update" } }, context)).toMatchObject({ status: "ok" });
    denials = 0;
    await expect(createRoles({ tf: { action: "delete" } }, context)).rejects.toThrow("not settled");
    denials = 0;
    await expect(manageRoles({}, context)).rejects.toThrow("not settled");
  });

  test("a destroy that leaves a role fails, so that Terraform stops before the boundary", async () => {
    const name = account.addCluster("eu-west-1", "prod");
    await createRoles({ tf: { action: "create" } }, context);

    process.env["DELETE_ROLES_ON_DESTROY"] = "false";
    await expect(createRoles({ tf: { action: "delete" } }, context)).rejects.toThrow(
      /ended as "failed": Role ".*prod_eu-west-1" stays: delete_roles_on_destroy is false.*terraform state rm/,
    );
    process.env["DELETE_ROLES_ON_DESTROY"] = "true";
    account.iam.fault = (call) =>
      call === "getRole" ? new FakeAwsError("AccessDenied", "not you", 403) : undefined;
    await expect(createRoles({ tf: { action: "delete" } }, context)).rejects.toThrow(
      `Role "${name}" stays: the role cannot be read: AccessDenied: not you`,
    );
    expect(account.iam.role(name).name).toBe(name);
  });

  test("a thousand problems make one error of ten", async () => {
    for (let index = 0; index < 12; index++) {
      account.addCluster("eu-west-1", `cluster-${index}`);
      const denied = new FakeAwsError("AccessDeniedException", "no", 403);
      account.eks("eu-west-1").describeFailures.set(`cluster-${index}`, denied);
    }
    await expect(manageRoles({}, context)).rejects.toThrow(/; and 2 more, in the function's log$/);
  });

  test("a quota is met once, not retried as the throttle that the SDK takes it for", async () => {
    account.addCluster("eu-west-1", "prod");
    account.iam.roleQuota = 0;

    await expect(createRoles({ tf: { action: "create" } }, context)).rejects.toThrow(
      /LimitExceeded: Cannot exceed quota/,
    );
    expect(account.iam.calls.filter(({ call }) => call === "createRole")).toHaveLength(1);
  });

  test("a throttled call is repeated", async () => {
    account.addCluster("eu-west-1", "prod");
    let throttled = 0;
    account.iam.fault = (call) =>
      call === "createRole" && throttled++ === 0
        ? new FakeAwsError("Throttling", "Rate exceeded")
        : undefined;

    expect(await createRoles({ tf: { action: "create" } }, context)).toMatchObject({ counts: { create: 1 } });
    expect(throttled).toBe(2);
  });

  test("a destroy that runs out of time fails, so that Terraform keeps what is needed to finish it", async () => {
    account.addCluster("eu-west-1", "prod");
    await createRoles({ tf: { action: "create" } }, context);
    const late = { ...context, getRemainingTimeInMillis: () => 1_000 };

    await expect(createRoles({ tf: { action: "delete" } }, late)).rejects.toThrow(/time ran short/);
  });

  test("a report that cannot be kept fails the run, after the roles were made", async () => {
    const name = account.addCluster("eu-west-1", "prod");
    server.refuseObjects = true;

    await expect(manageRoles({}, context)).rejects.toThrow(
      /Cannot keep the report in the bucket: AccessDenied/,
    );
    expect(account.iam.role(name).inline.size).toBe(1);
  });

  test("every log line is one JSON object, and the last carries the metrics", async () => {
    account.addCluster("eu-west-1", "prod");
    await manageRoles({}, context);
    expect(lines.map(({ message }) => message)).toEqual([
      "Run started",
      "Plan made",
      "Action finished",
      "Run finished",
    ]);
    expect(lines.at(-1)).toMatchObject({
      _aws: { CloudWatchMetrics: [{ Namespace: "ContainerInsights/Roles", Dimensions: [["Deployment"]] }] },
      Deployment: deployment().bucket,
      RolesCreated: 1,
      RegionsFailed: 0,
    });
  });
});

describe("what cannot be started", () => {
  test("an environment with holes is refused before anything is called", async () => {
    delete process.env["BOUNDARY_ARN"];
    delete process.env["NAME_PREFIX"];
    await expect(manageRoles({}, context)).rejects.toThrow(/NAME_PREFIX is not set.*BOUNDARY_ARN is not set/);
    expect(account.iam.calls).toEqual([]);
  });

  test("an event that is not Terraform's removes nothing", async () => {
    await expect(createRoles({ detail: {} }, context)).rejects.toThrow('expected "tf.action"');
    expect(account.iam.calls).toEqual([]);
  });
});
