import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { AwsServer } from "../../fakes/aws-server.ts";
import { FakeAccount } from "../../fakes/fake-account.ts";
import { catchOutput, restoreOutput, runRoles } from "./run-roles.ts";

// A busy machine is no failure.
jest.setTimeout(60_000);

const RECORDED = join(import.meta.dirname, "../../../demo/recorded/account-inventory.json");

let folder: string;

async function rolesPlan(...flags: string[]): Promise<string> {
  return (await runRoles("plan", ...flags)).stdout;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "roles-"));
  catchOutput();
});

afterEach(async () => {
  restoreOutput();
  await rm(folder, { recursive: true });
});

describe("a plan from a recorded account", () => {
  test("says what would be done, what is left alone, and why", async () => {
    const text = await rolesPlan("--inventory", RECORDED);
    expect(text).toContain("ap-southeast-2  not listed: AccessDenied");
    expect(text).toContain("~ update      nops-container-cost-checkout-staging_eu-west-1");
    expect(text).toContain("+ create      nops-container-cost-data-platform_eu-west-1");
    expect(text).toContain("- delete      nops-container-cost-legacy-2024_eu-west-1");
    expect(text).toContain("conflict      nops-container-cost-payments_us-east-1");
    expect(text).toContain("the grace period ends at 2026-11-24T16:00:00.000Z");
    expect(text).toContain(
      "Plan: 2 to create, 1 to update, 1 to delete; 2 unchanged, 2 waiting, 2 held, 1 conflict; the view is incomplete: 1 of the regions, clusters and roles could not be read",
    );
    expect(process.exitCode).toBe(0);
  });

  test("is one object with --json, and exits with 1 when asked to tell changes apart and a region is not listed", async () => {
    const plan = JSON.parse(await rolesPlan("--inventory", RECORDED, "--json", "--detailed-exitcode"));
    expect(plan.actions).toHaveLength(4);
    expect(plan.regions).toContainEqual({ region: "eu-west-1", state: "complete", clusters: 4 });
    expect(plan.problems).toEqual([expect.stringMatching(/^Region ap-southeast-2 could not be listed: /)]);
    expect(process.exitCode).toBe(1);
  });
});

describe("a plan from the account itself", () => {
  test("with the former bucket takes its roles over, recorded or not", async () => {
    const account = new FakeAccount();
    account.addCluster("eu-west-1", "prod");
    await account.reconcile({ bucket: "before" });
    const server = new AwsServer(account);
    process.env["AWS_ENDPOINT_URL"] = await server.start();
    const file = join(folder, "inventory.json");
    try {
      const flags = ["--regions", "eu-west-1", "--former-bucket", "before", "--record", file];
      const live = await rolesPlan(...flags);
      expect(live).toContain('the deployment\'s bucket was "before"');
      expect(live).not.toContain("conflict");
      expect(await rolesPlan("--inventory", file)).toBe(live);
    } finally {
      await server.stop();
    }
  });

  test("reads only, and what it records plans the same", async () => {
    const account = new FakeAccount();
    account.addCluster("eu-west-1", "prod");
    account.addCluster("eu-west-1", "dev-1");
    const server = new AwsServer(account);
    process.env["AWS_ENDPOINT_URL"] = await server.start();
    const file = join(folder, "inventory.json");
    try {
      const selected = ["--regions", "eu-west-1, us-east-1", "--cluster-exclude", "dev-*"];
      const live = await rolesPlan(...selected, "--record", file);
      expect(live).toContain("Plan: 1 to create; 1 excluded");
      expect(live).toContain('excluded by cluster_exclude "dev-*"');
      expect(account.iam.writes).toEqual([]);
      expect(await rolesPlan("--inventory", file)).toBe(live);
    } finally {
      await server.stop();
    }
  });
});

describe("what cannot be planned", () => {
  test.each([
    [[], /--regions is missing/],
    [["--regions", "moon"], /--regions names "moon"/],
    [
      ["--regions", "eu-west-1", "--max-deletes-per-run", "some"],
      /--max-deletes-per-run "some" is not a whole number/,
    ],
    [
      ["--regions", "eu-west-1", "--cluster-include", "a.b", "--kms-key-arn", "key"],
      /--cluster-include names "a\.b"; .*\n.*--kms-key-arn is "key"; expected the ARN of a KMS key/,
    ],
    [
      ["--regions", "eu-west-1", "--former-bucket", "Old"],
      /--former-bucket "Old" is not the name of a bucket/,
    ],
    [
      ["--regions", "eu-west-1", "--bucket", "data", "--former-bucket", "data"],
      /--former-bucket "data" is the bucket that the deployment has; give the one that it had before/,
    ],
    [
      [
        ...["--regions", "eu-west-1", "--name-prefix", "A_b", "--bucket", "b", "--key-prefix", "/x"],
        ...["--boundary-arn", "boundary", "--pod-identity-clusters", "a.b", "--orphan-grace-hours", "-1"],
      ],
      new RegExp(
        [
          '--name-prefix "A_b" is not a name prefix',
          '--bucket "b" is not the name of a bucket',
          '--key-prefix "/x" is not a key prefix',
          '--boundary-arn "boundary" is not the ARN of an IAM policy',
          '--orphan-grace-hours "-1" is not a whole number',
          '--pod-identity-clusters names "a.b"; ',
        ].join(".*\\n"),
      ),
    ],
    [["--inventory", "/does/not/exist"], /Cannot read the inventory "\/does\/not\/exist"/],
    [["--inventory", import.meta.filename], /it is not JSON/],
  ])("%j", async (flags, message) => {
    await expect(rolesPlan(...flags)).rejects.toThrow(message);
  });
});
