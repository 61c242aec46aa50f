import { join } from "node:path";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { runCli } from "../../../cli/main.ts";
import { AwsServer } from "../../fakes/aws-server.ts";
import { FakeAccount } from "../../fakes/fake-account.ts";
import { FakeAwsError } from "../../fakes/fake-iam.ts";
import { catchOutput, restoreOutput } from "./run-roles.ts";

// A busy machine is no failure.
jest.setTimeout(60_000);

const RECORDED = join(import.meta.dirname, "../../../demo/recorded/account-inventory.json");
const LIVE = ["--regions", "eu-west-1"];

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

/** The exit code of a command as a shell sees it. */
async function exitCode(...args: string[]): Promise<number | string | undefined> {
  await runCli(["roles", ...args]);
  return process.exitCode;
}

test("plan: 0 with pending changes, 2 when asked to tell them apart, 0 then without changes, and 1 for any error", async () => {
  expect(await exitCode("plan", ...LIVE)).toBe(0);
  expect(await exitCode("plan", ...LIVE, "--detailed-exitcode")).toBe(2);
  await exitCode("apply", ...LIVE, "--yes");
  expect(await exitCode("plan", ...LIVE, "--detailed-exitcode")).toBe(0);
  expect(await exitCode("plan", "--regions", "moon", "--detailed-exitcode")).toBe(1);
});

test("plan, asked to tell changes apart: 1 when a region, a cluster or a role could not be read, whatever is pending", async () => {
  const denied = new FakeAwsError("AccessDeniedException", "no", 403);
  const both = ["--regions", "eu-west-1,us-east-1"];
  account.eks("us-east-1").failure = denied;
  expect(await exitCode("plan", ...both)).toBe(0);
  expect(await exitCode("plan", ...both, "--detailed-exitcode")).toBe(1);
  expect(await exitCode("plan", "--regions", "us-east-1", "--detailed-exitcode")).toBe(1);
  account.eks("eu-west-1").describeFailures.set("prod", denied);
  expect(await exitCode("plan", ...LIVE, "--detailed-exitcode")).toBe(1);
  account.eks("eu-west-1").describeFailures.clear();
  await exitCode("apply", ...LIVE, "--yes");
  account.iam.fault = (call) => (call === "getRole" ? denied : undefined);
  expect(await exitCode("plan", ...LIVE, "--detailed-exitcode")).toBe(1);
});

test("plan, asked to tell changes apart: 1 when a cluster that no listing names cannot be asked for", async () => {
  await exitCode("apply", ...LIVE, "--yes");
  const eks = account.eks("eu-west-1");
  eks.clusters.delete("prod");
  eks.describeFailures.set("prod", new FakeAwsError("AccessDeniedException", "no", 403));
  expect(await exitCode("plan", ...LIVE, "--detailed-exitcode")).toBe(1);
});

test("apply: 0 when done, 1 when something failed, 2 for wrong flags and without a terminal", async () => {
  account.iam.fault = (call) =>
    call === "createRole" ? new FakeAwsError("AccessDeniedException", "no", 403) : undefined;
  expect(await exitCode("apply", ...LIVE, "--yes")).toBe(1);
  account.iam.fault = () => undefined;
  expect(await exitCode("apply", ...LIVE, "--yes")).toBe(0);
  expect(await exitCode("apply", ...LIVE)).toBe(2);
  expect(await exitCode("apply", "--regions", "moon", "--yes")).toBe(2);
});

test("explain: 0 when there is the cluster, 1 when there is none, 2 when the name says too little or nothing", async () => {
  expect(await exitCode("explain", "data-platform", "--inventory", RECORDED)).toBe(0);
  expect(await exitCode("explain", "nowhere", "--inventory", RECORDED)).toBe(1);
  expect(await exitCode("explain", "checkout-prod", "--inventory", RECORDED)).toBe(2);
  expect(await exitCode("explain", "a.b", "--inventory", RECORDED)).toBe(2);
  expect(await exitCode("explain")).toBe(2);
});

test("retire-predecessor: 1 for a role that is not there, 2 for a name that is none", async () => {
  expect(await exitCode("retire-predecessor", "nops-ccost-prod_eu-west-1", "--dry-run")).toBe(1);
  expect(await exitCode("retire-predecessor", "Admin", "--dry-run")).toBe(2);
});

test("5 for every one of them when AWS refuses", async () => {
  account.iam.fault = () => new FakeAwsError("AccessDeniedException", "no", 403);
  expect(await exitCode("plan", ...LIVE)).toBe(5);
  expect(await exitCode("apply", ...LIVE, "--yes")).toBe(5);
  expect(await exitCode("explain", "eu-west-1/prod")).toBe(5);
  expect(await exitCode("retire-predecessor", "nops-ccost-prod_eu-west-1", "--dry-run")).toBe(5);
});
