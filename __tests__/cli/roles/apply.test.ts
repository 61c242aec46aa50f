import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { TAG } from "../../../contract/names.ts";
import { AwsServer } from "../../fakes/aws-server.ts";
import { FakeAccount } from "../../fakes/fake-account.ts";
import { FakeAwsError } from "../../fakes/fake-iam.ts";
import { answerWith, catchOutput, restoreOutput, runRoles } from "./run-roles.ts";

// A busy machine is no failure.
jest.setTimeout(60_000);

const REGION = ["--regions", "eu-west-1"];
const REPORT = "/nops-container-cost-123456789012/control/role-reconcile/latest.json";

let account: FakeAccount;
let server: AwsServer;

beforeEach(async () => {
  account = new FakeAccount();
  account.addCluster("eu-west-1", "prod");
  server = new AwsServer(account);
  catchOutput({ AWS_ENDPOINT_URL: await server.start() });
});

afterEach(async () => {
  restoreOutput();
  await server.stop();
});

describe("apply with consent given beforehand", () => {
  test("makes the roles, says so, keeps the report, and ends with 0", async () => {
    const { stdout, stderr, code } = await runRoles("apply", ...REGION, "--yes");
    expect([...account.iam.roles.keys()]).toEqual(["nops-container-cost-prod_eu-west-1"]);
    expect(account.iam.role("nops-container-cost-prod_eu-west-1").inline.size).toBe(1);
    expect(stderr).toContain("+ create      nops-container-cost-prod_eu-west-1");
    expect(stdout).toContain("Apply: 1 action done; everything is as wanted");
    expect(stderr).toContain("done     create nops-container-cost-prod_eu-west-1");
    expect(code).toBe(0);
    expect(JSON.parse(server.objects.get(REPORT) ?? "")).toMatchObject({ status: "ok", mode: "reconcile" });
  });

  test("changes nothing the second time", async () => {
    await runRoles("apply", ...REGION, "--yes");
    account.iam.forgetCalls();
    const { stdout, code } = await runRoles("apply", ...REGION, "--yes");
    expect(account.iam.writes).toEqual([]);
    expect(stdout).toContain("Apply: 0 actions done; everything is as wanted");
    expect(code).toBe(0);
  });

  test("finishes what an apply with another bucket left, once it is told the former one", async () => {
    await account.reconcile({ bucket: "before" });
    const role = account.iam.role("nops-container-cost-prod_eu-west-1");
    expect((await runRoles("apply", ...REGION, "--yes")).code).toBe(1);
    expect(role.tags.get(TAG.deployment)).toBe("before");
    const { stderr, code } = await runRoles("apply", ...REGION, "--former-bucket", "before", "--yes");
    expect(stderr).toContain('the deployment\'s bucket was "before"');
    expect(role.tags.get(TAG.deployment)).toBe("nops-container-cost-123456789012");
    expect(code).toBe(0);
  });

  test("takes over the former bucket's Pod Identity associations with its roles", async () => {
    const pods = { podIdentityClusters: ["prod"] };
    await account.reconcile({ bucket: "before", ...pods });
    const flags = ["--former-bucket", "before", "--pod-identity-clusters", "prod", "--yes"];
    const { stderr, code } = await runRoles("apply", ...REGION, ...flags);
    expect(stderr).toContain('take over the association of service account "nops-container-insights"');
    expect(code).toBe(0);
    const [association] = account.eks("eu-west-1").podIdentity.associations.values();
    expect(association?.tags[TAG.deployment]).toBe("nops-container-cost-123456789012");
    expect(await account.reconcile(pods)).toMatchObject({ status: "ok", counts: { unchanged: 1 } });
  });

  test("is the report, with --json", async () => {
    const { stdout } = await runRoles("--json", "apply", ...REGION, "--yes");
    expect(JSON.parse(stdout)).toMatchObject({
      status: "ok",
      actions: [{ action: "create", role: "nops-container-cost-prod_eu-west-1", state: "done" }],
    });
  });

  test("ends with 1 when an action failed, and does the others", async () => {
    account.addCluster("eu-west-1", "shop");
    account.iam.fault = (call, role) =>
      call === "createRole" && role?.includes("prod")
        ? new FakeAwsError("AccessDeniedException", "not allowed", 403)
        : undefined;
    const { stdout, code } = await runRoles("apply", ...REGION, "--yes");
    expect(stdout).toContain("failed   create nops-container-cost-prod_eu-west-1: AccessDenied: not allowed");
    expect(stdout).toContain("Apply: 1 action done, 1 failed; run it again once the reasons are gone");
    expect([...account.iam.roles.keys()]).toEqual(["nops-container-cost-shop_eu-west-1"]);
    expect(code).toBe(1);
  });

  test("ends with 1 when a region could not be seen", async () => {
    account.eks("us-east-1").failure = new FakeAwsError("AccessDeniedException", "not allowed", 403);
    const { stdout, code } = await runRoles("apply", "--regions", "eu-west-1,us-east-1", "--yes");
    expect(stdout).toContain("Region us-east-1 could not be listed: AccessDenied: not allowed");
    expect(stdout).toContain("Apply: 1 action done; everything that could be done is done");
    expect(code).toBe(1);
  });

  test("does not fail for a report that cannot be kept, and says so", async () => {
    server.refuseObjects = true;
    const { stderr, code } = await runRoles("apply", ...REGION, "--yes");
    expect(stderr).toContain(
      "warning: cannot keep the report at s3://nops-container-cost-123456789012/control/role-reconcile/latest.json: AccessDenied",
    );
    expect(code).toBe(0);
  });

  test("keeps no report with --no-report", async () => {
    const { code } = await runRoles("apply", ...REGION, "--yes", "--no-report");
    expect(server.objects.size).toBe(0);
    expect(code).toBe(0);
  });
});

describe("apply at a terminal", () => {
  test('does what it showed after "yes"', async () => {
    answerWith("yes");
    const { stderr, stdout, code } = await runRoles("apply", ...REGION);
    expect(stderr).toMatch(/\+ create {6}nops-container-cost-prod_eu-west-1[^]*Do 1 action\? Only "yes"/);
    expect(stdout).toContain("Apply: 1 action done");
    expect(code).toBe(0);
  });

  test.each([["y"], ["no"], [""], [undefined]])("changes nothing after %j", async (answer) => {
    answerWith(answer);
    const { stderr, stdout, code } = await runRoles("apply", ...REGION);
    expect(stderr).toContain("Nothing was changed.");
    expect(stdout).toBe("");
    expect(account.iam.writes).toEqual([]);
    expect(server.objects.size).toBe(0);
    expect(code).toBe(1);
  });

  test("does not do what it did not show, whatever became of the account meanwhile", async () => {
    answerWith("yes", () => {
      account.addCluster("eu-west-1", "later");
      account.eks("eu-west-1").clusters.delete("prod");
    });
    await runRoles("apply", ...REGION);
    expect([...account.iam.roles.keys()]).toEqual(["nops-container-cost-prod_eu-west-1"]);
  });

  test("does not delete a role that was shown, and is somebody else's by now", async () => {
    const name = account.roleName("eu-west-1", "gone");
    account.addCluster("eu-west-1", "gone");
    await runRoles("apply", ...REGION, "--yes");
    account.eks("eu-west-1").clusters.delete("gone");
    answerWith("yes", () => account.iam.role(name).tags.set(TAG.deployment, "somebody-elses"));
    const { stdout, code } = await runRoles("apply", ...REGION, "--orphan-grace-hours", "0");
    expect(stdout).toContain(`held     delete ${name}: not ours any more`);
    expect(stdout).toContain("Apply: 0 actions done, 1 held; what could not be done is above");
    expect(account.iam.roles.has(name.toLowerCase())).toBe(true);
    expect(code).toBe(1);
  });

  test("does not change a role that was shown, and is somebody else's by now", async () => {
    const name = account.roleName("eu-west-1", "prod");
    await runRoles("apply", ...REGION, "--yes");
    account.iam.role(name).boundary = undefined;
    account.iam.forgetCalls();
    answerWith("yes", () => account.iam.role(name).tags.set(TAG.deployment, "somebody-elses"));
    const { stdout, code } = await runRoles("apply", ...REGION);
    expect(stdout).toContain(`held     update ${name}: not ours any more`);
    expect(account.iam.writes).toEqual([]);
    expect(code).toBe(1);
  });

  test("shows the plan it asks about with --quiet, too", async () => {
    answerWith("no");
    const { stderr } = await runRoles("--quiet", "apply", ...REGION);
    expect(stderr).toContain("+ create      nops-container-cost-prod_eu-west-1");
  });

  test("asks nothing when there is nothing to do", async () => {
    await runRoles("apply", ...REGION, "--yes");
    answerWith("no");
    const { stderr, code } = await runRoles("apply", ...REGION);
    expect(stderr).not.toContain("Only");
    expect(code).toBe(0);
  });

  test("takes no consent to a plan that is long past", async () => {
    answerWith("yes", () => {
      const late = Date.now() + 11 * 60_000;
      jest.spyOn(Date, "now").mockReturnValue(late);
    });
    await expect(runRoles("apply", ...REGION)).rejects.toThrow(
      /is older than 10 minutes, .* run the command again/,
    );
    expect(account.iam.writes).toEqual([]);
  });
});

describe("apply that is interrupted", () => {
  test("finishes the action in hand, starts no other, and ends with 130", async () => {
    account.addCluster("eu-west-1", "shop");
    account.iam.fault = (call) => {
      if (call === "createRole") process.emit("SIGINT", "SIGINT");
      return undefined;
    };
    const { stdout, stderr, code } = await runRoles("apply", ...REGION, "--yes");
    expect([...account.iam.roles.keys()]).toEqual(["nops-container-cost-prod_eu-west-1"]);
    expect(account.iam.role("nops-container-cost-prod_eu-west-1").inline.size).toBe(1);
    expect(stderr).toContain("SIGINT: finishing the action in hand");
    expect(stdout).toContain("skipped  create nops-container-cost-shop_eu-west-1: there was no time left");
    expect(stdout).toContain(
      "Apply: 1 action done, 1 skipped; stopped before the end; run it again to go on",
    );
    expect(code).toBe(130);
  });
});

describe("apply without a terminal", () => {
  test("refuses without --yes, with every other problem of the flags, before it asks AWS anything", async () => {
    await expect(runRoles("apply", "--regions", "moon")).rejects.toThrow(
      /--regions names "moon".*\n.*roles apply asks before it changes anything, and there is no terminal to ask on; add --yes/,
    );
    expect(account.iam.calls).toEqual([]);
  });

  test("--dry-run shows the plan, and changes nothing", async () => {
    const { stdout, code } = await runRoles("apply", ...REGION, "--dry-run");
    expect(stdout).toContain("Plan: 1 to create");
    expect(stdout).toContain("Dry run: nothing was changed.");
    expect(account.iam.writes).toEqual([]);
    expect(server.objects.size).toBe(0);
    expect(code).toBe(0);
  });
});
