import assert from "node:assert/strict";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  GetBucketPolicyCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { roleNames } from "../account/aws.ts";
import type { Checks } from "../checks.ts";
import { EMULATED_ACCOUNT, ROOT_KEYS } from "../ground/ministack.ts";
import { checkApply, checkEmptyPlan, type Ground } from "./applied.ts";
import { openCaller, type Caller } from "./callers.ts";

const BUCKET = `nops-container-cost-${EMULATED_ACCOUNT}`;
const DATA = { Bucket: BUCKET, Key: "container-insights/cluster=x/data" };

/** A module that is not built to be destroyed: refused, then destroyed but for bucket and data as its README says. */
export async function checkProtected(checks: Checks, ground: Ground): Promise<void> {
  const caller = await openCaller(ground.estate, "plain", ground.emulator);
  const { terraform } = caller;
  await checkApply(checks, "plain", caller);
  await checkEmptyPlan(checks, "plain", caller);
  const s3 = openS3(ground);
  await s3.send(new PutObjectCommand({ ...DATA, Body: "data" }));
  await checks.check("plain: terraform destroy refuses at plan", () =>
    assert.rejects(terraform.run(["destroy", "-auto-approve", "-no-color"]), (error: Error) => {
      assert.match(error.message, /Instance cannot be destroyed/);
      assert.match(error.message, /lifecycle\.prevent_destroy/);
      return true;
    }),
  );
  await checkBucketKept(checks, s3, "plain: nothing of the bucket was touched by that");
  await checkRemovedBlocks(checks, caller);
  await checks.check("plain: the README's commands destroy everything else", async () => {
    for (const args of await readmeCommands(caller)) {
      const unattended = args[0] === "destroy" ? ["-auto-approve", "-no-color"] : [];
      await terraform.run([...args, ...unattended]);
    }
    assert.equal((await terraform.run(["state", "list"])).stdout, "");
    assert.deepEqual(await roleNames(ground.aws, "/nops-container-cost/"), []);
    const url = `${ground.emulator.url}/2015-03-31/functions/nops-container-cost-agent-role-management`;
    assert.equal((await fetch(url)).status, 404);
  });
  await checkBucketKept(checks, s3, "plain: bucket, its policy, its public-access block and the data stay");
}

/** A client for the example's own region: S3 sends others away. */
function openS3({ emulator }: Ground): S3Client {
  return new S3Client({
    region: "eu-west-1",
    endpoint: emulator.url,
    credentials: ROOT_KEYS,
    forcePathStyle: true,
  });
}

/** The other way that the README has, planned: the module block is replaced by `removed` blocks. */
async function checkRemovedBlocks(checks: Checks, caller: Caller): Promise<void> {
  await checks.check("plain: the README's removed blocks plan to destroy everything else", async () => {
    const main = join(caller.folder, "main.tf");
    const original = await readFile(main, "utf8");
    const provider = original.slice(0, original.indexOf('module "'));
    const blocks = codeBlocks(await readme(caller), "hcl").find((block) => block.startsWith("removed {"));
    assert.ok(blocks, "the README has no removed blocks");
    await rename(main, `${main}.kept`);
    try {
      await writeFile(main, `${provider}\n${blocks}`);
      const { text } = await caller.terraform.plan([]);
      const kept = [...text.matchAll(/# (module\S+) will no longer be managed by Terraform/g)];
      assert.equal(kept.length, blocks.match(/^removed/gm)?.length);
      const destroyed = [...text.matchAll(/# (module\S+) will be destroyed/g)].map(
        ([, address = ""]) => address,
      );
      assert.ok(destroyed.length > 0);
      for (const address of destroyed) assert.doesNotMatch(address, /aws_s3_bucket/);
    } finally {
      await rename(`${main}.kept`, main);
    }
  });
}

async function checkBucketKept(checks: Checks, s3: S3Client, name: string): Promise<void> {
  await checks.check(name, async () => {
    const { Policy = "" } = await s3.send(new GetBucketPolicyCommand({ Bucket: BUCKET }));
    assert.match(Policy, /DenyInsecureTransport/);
    const { PublicAccessBlockConfiguration } = await s3.send(
      new GetPublicAccessBlockCommand({ Bucket: BUCKET }),
    );
    assert.equal(PublicAccessBlockConfiguration?.BlockPublicPolicy, true);
    const { Body } = await s3.send(new GetObjectCommand(DATA));
    assert.equal(await Body?.transformToString(), "data");
  });
}

/** The arguments of each `terraform` command of the README's shell block, in order. */
async function readmeCommands(caller: Caller): Promise<string[][]> {
  const [block = ""] = codeBlocks(await readme(caller), "sh");
  const commands = block.replaceAll("\\\n", " ").trim().split("\n");
  const args = commands.map((command) => command.replaceAll("'", "").split(/\s+/));
  assert.deepEqual(
    args.map(([program, verb]) => `${program} ${verb}`),
    ["terraform state", "terraform destroy"],
  );
  return args.map(([, ...rest]) => rest);
}

function readme({ module }: Caller): Promise<string> {
  return readFile(join(module, "README.md"), "utf8");
}

function codeBlocks(markdown: string, language: string): string[] {
  return [...markdown.matchAll(new RegExp("^```" + language + "\\n([^]*?)^```", "gm"))].map(
    ([, text = ""]) => text,
  );
}
