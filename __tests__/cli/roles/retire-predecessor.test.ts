import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { serializeManifest, type Manifest } from "../../../contract/manifest.ts";
import { manifestKey } from "../../../contract/object-keys.ts";
import { AwsServer } from "../../fakes/aws-server.ts";
import { FakeAccount } from "../../fakes/fake-account.ts";
import { FakeAwsError } from "../../fakes/fake-iam.ts";
import { CLUSTER_ARN } from "../../fakes/hours.ts";
import { addPredecessorRole, predecessorTrust, type PredecessorRole } from "../../fakes/predecessor-role.ts";
import { FakeS3 } from "../../fakes/s3-server.ts";
import { recentManifest } from "../../support/recent-manifest.ts";
import { answerWith, catchOutput, restoreOutput, runRoles, type Ran } from "./run-roles.ts";

// A busy machine is no failure.
jest.setTimeout(60_000);

const NAME = "nops-ccost-prod_eu-west-1";
const PREFIX = "container-insights/cluster=123456789012.eu-west-1.prod";
const HOUR_MS = 3_600_000;

let account: FakeAccount;
let server: AwsServer;
let s3: FakeS3;
let role: PredecessorRole;
let folder: string;
let backup: string;

function retire(...flags: string[]): Promise<Ran> {
  return runRoles("retire-predecessor", NAME, "--bucket", s3.bucket, "--backup", backup, ...flags);
}

/** Writes the manifest of an hour that ended some hours ago, as the agent does right after. */
function writeManifest(hoursAgo: number, changes: Partial<Manifest> = {}): void {
  const end = Date.now() - hoursAgo * HOUR_MS;
  const manifest = recentManifest(CLUSTER_ARN, end, changes);
  const bytes = Buffer.from(serializeManifest(manifest));
  s3.objects.set(`${PREFIX}/${manifestKey({ dataset: "allocation", hour: manifest.hourStart })}`, {
    bytes,
    etag: "etag",
  });
}

function statementOf(document: { readonly Statement: readonly object[] }): object {
  return document.Statement[0] ?? {};
}

async function exists(file: string): Promise<boolean> {
  return readFile(file).then(
    () => true,
    () => false,
  );
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "retire-"));
  backup = join(folder, "role.json");
  account = new FakeAccount();
  role = addPredecessorRole(account, NAME);
  server = new AwsServer(account);
  s3 = await FakeS3.start();
  writeManifest(1);
  catchOutput({ AWS_ENDPOINT_URL: await server.start(), AWS_ENDPOINT_URL_S3: s3.url });
});

afterEach(async () => {
  restoreOutput();
  await server.stop();
  await s3.stop();
  await rm(folder, { recursive: true });
});

describe("a role of the predecessor whose cluster writes with ours", () => {
  test("is removed with its policies, and what was removed is said and kept", async () => {
    const { stdout, stderr, code } = await retire("--yes");
    expect(account.iam.roles.size).toBe(0);
    expect(account.iam.writes.map(({ call }) => call)).toEqual([
      "deleteRolePolicy",
      "deleteRolePolicy",
      "deleteRole",
    ]);
    expect(stderr).toContain("newest manifest  allocation of ");
    expect(stdout).toMatch(/Removed\n.*"S3Policy"\n.*"SQSPolicy"\n.*role "nops-ccost-prod_eu-west-1"/);
    expect(stdout).toContain(`aws iam create-role --cli-input-json "$(jq -c .role '${backup}')"`);
    expect(code).toBe(0);
  });

  test("can be made again from what was kept, as it was", async () => {
    const before = structuredClone({
      trust: role.trust,
      inline: role.inline,
      tags: role.tags,
      path: role.path,
    });
    await retire("--yes");
    const kept = JSON.parse(await readFile(backup, "utf8"));
    expect(kept.role).toMatchObject({ Description: "Container cost", MaxSessionDuration: 3600 });
    await account.iam.createRole(kept.role);
    for (const policy of kept.inlinePolicies) await account.iam.putRolePolicy(policy);
    expect(account.iam.role(NAME)).toMatchObject(before);
  });

  test('is asked about at a terminal, and removed after "yes" only', async () => {
    answerWith("y");
    expect((await retire()).code).toBe(1);
    expect(account.iam.writes).toEqual([]);
    expect(await exists(backup)).toBe(false);
    answerWith("yes");
    const { stderr, code } = await retire();
    expect(stderr).toContain(`Delete role "${NAME}"? Only "yes"`);
    expect(code).toBe(0);
    expect(account.iam.roles.size).toBe(0);
  });

  test("is only shown with --dry-run, as one object with --json", async () => {
    const { stdout } = await retire("--dry-run");
    expect(stdout).toContain("Dry run: nothing was changed.");
    const shown = await runRoles("--json", "retire-predecessor", NAME, "--bucket", s3.bucket, "--dry-run");
    expect(JSON.parse(shown.stdout)).toMatchObject({
      dryRun: true,
      role: NAME,
      cluster: CLUSTER_ARN,
      removes: ['inline policy "S3Policy"', 'inline policy "SQSPolicy"', `role "${NAME}"`],
      backup: `${NAME}.json`,
    });
    expect(account.iam.writes).toEqual([]);
    expect(await exists(backup)).toBe(false);
  });

  test("goes also when it trusts the agent of the charts before, and was used long ago", async () => {
    role.trust = JSON.stringify(predecessorTrust("system:serviceaccount:nops-k8s-agent:nops-k8s-agent"));
    role.lastUsed = new Date(Date.now() - 7 * HOUR_MS);
    expect((await retire("--yes")).code).toBe(0);
    expect(account.iam.roles.size).toBe(0);
  });

  test("goes although it was used, with --even-if-used", async () => {
    role.lastUsed = new Date(Date.now() - HOUR_MS);
    expect((await retire("--yes", "--even-if-used")).code).toBe(0);
    expect(account.iam.roles.size).toBe(0);
  });
});

describe("a role that stays", () => {
  test.each<[string, () => void, RegExp]>([
    [
      "at a path",
      () => void (role.path = "/team/"),
      /its path is "\/team\/", and the predecessor's roles are at "\/"/,
    ],
    [
      "with a tag of ours",
      () => void role.tags.set("container-insights:managed-by", "role-reconciler"),
      /it has the tag container-insights:managed-by, so a role reconciler made it/,
    ],
    [
      "that trusts another service",
      () =>
        void (role.trust = JSON.stringify({
          Statement: [
            { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
          ],
        })),
      /its trust policy lets others in .*ec2\.amazonaws\.com/,
    ],
    [
      "that trusts another service account",
      () => void (role.trust = JSON.stringify(predecessorTrust("system:serviceaccount:shop:web"))),
      /its trust policy lets others in .*system:serviceaccount:shop:web/,
    ],
    [
      "that trusts every service account",
      () =>
        void (role.trust = JSON.stringify({
          Statement: [{ ...statementOf(predecessorTrust()), Condition: {} }],
        })),
      /its trust policy lets others in/,
    ],
    [
      "that trusts one of no service account",
      () => void (role.trust = JSON.stringify(predecessorTrust([]))),
      /its trust policy lets others in/,
    ],
    [
      "that trusts a cluster of another region",
      () =>
        void (role.trust = JSON.stringify(
          predecessorTrust(undefined, "oidc.eks.us-east-1.amazonaws.com/id/8D44B1F06E2A49C7B3905F1E6A7C2D18"),
        )),
      /by web identity of an EKS cluster in eu-west-1: .*us-east-1/,
    ],
    [
      "that trusts a provider which is no cluster's",
      () =>
        void (role.trust = JSON.stringify(
          predecessorTrust(undefined, "token.actions.githubusercontent.com"),
        )),
      /its trust policy lets others in/,
    ],
    [
      "without a trust policy that can be read",
      () => void (role.trust = "{}"),
      /its trust policy lets others in/,
    ],
    [
      "in an instance profile",
      () => void role.profiles.push("nodes"),
      /in the instance profile "nodes"; .*aws iam remove-role-from-instance-profile --instance-profile-name nodes --role-name nops-ccost-prod_eu-west-1/,
    ],
    [
      "with an attached policy",
      () => void role.attached.add("arn:aws:iam::aws:policy/ReadOnlyAccess"),
      /aws iam detach-role-policy --role-name nops-ccost-prod_eu-west-1 --policy-arn arn:aws:iam::aws:policy\/ReadOnlyAccess/,
    ],
    [
      "with an inline policy of somebody else",
      () => void role.inline.set("Team", "{}"),
      /its inline policy "Team" is not the predecessor's; .*aws iam delete-role-policy .* --policy-name Team/,
    ],
    [
      "that was used within the hours",
      () => void (role.lastUsed = new Date(Date.now() - 5 * HOUR_MS)),
      /it was last used at .*, less than 6 hours ago, .*"roles explain eu-west-1\/prod".*--even-if-used/,
    ],
    [
      "whose cluster wrote nothing",
      () => s3.objects.clear(),
      /no manifest below s3:\/\/insights\/container-insights\/cluster=123456789012\.eu-west-1\.prod that was written in the last 6 hours/,
    ],
    [
      "whose cluster wrote too long ago",
      () => {
        s3.objects.clear();
        writeManifest(7);
      },
      /no manifest below/,
    ],
    [
      "whose cluster's data is simulated",
      () => writeManifest(1, { simulated: "the demo's" }),
      /no manifest below/,
    ],
  ])("%s", async (_name, change, reason) => {
    change();
    await expect(retire("--yes")).rejects.toThrow(reason);
    expect(account.iam.writes).toEqual([]);
    expect(await exists(backup)).toBe(false);
  });

  test("says every reason at once, a line each", async () => {
    role.path = "/team/";
    role.lastUsed = new Date();
    s3.objects.clear();
    const error = await retire("--dry-run").catch((thrown: Error) => thrown);
    expect(String((error as Error).message).split("\n")).toEqual([
      expect.stringMatching(/^Role "nops-ccost-prod_eu-west-1" stays: its path/),
      expect.stringMatching(/^Role "nops-ccost-prod_eu-west-1" stays: its cluster has no manifest/),
      expect.stringMatching(/^Role "nops-ccost-prod_eu-west-1" stays: it was last used/),
    ]);
  });

  test("is not there", async () => {
    account.iam.roles.clear();
    await expect(retire("--yes")).rejects.toThrow(
      `There is no role "${NAME}" in account 123456789012; it may have been retired before`,
    );
  });

  test("became another while a person thought about it", async () => {
    answerWith("yes", () => void role.inline.set("S3Policy", "{}"));
    await expect(retire()).rejects.toThrow("has changed since it was shown; nothing was removed");
    answerWith("yes", () => void role.attached.add("arn:aws:iam::aws:policy/ReadOnlyAccess"));
    await expect(retire()).rejects.toThrow(
      /stays: policy "arn:aws:iam::aws:policy\/ReadOnlyAccess" is attached/,
    );
    expect(account.iam.writes).toEqual([]);
    expect(await exists(backup)).toBe(false);
  });

  test("cannot be kept in a file first", async () => {
    backup = join(folder, "missing", "role.json");
    await expect(retire("--yes")).rejects.toThrow(/Cannot keep role .*ENOENT.*; nothing was removed/);
    expect(account.iam.writes).toEqual([]);
  });
});

describe("what goes wrong half-way", () => {
  test("is said with what is removed already and where the rest of it is kept", async () => {
    account.iam.fault = (call) =>
      call === "deleteRole" ? new FakeAwsError("AccessDeniedException", "not allowed", 403) : undefined;
    await expect(retire("--yes")).rejects.toThrow(
      `Cannot delete role "${NAME}": AccessDenied: not allowed; inline policy "S3Policy" and inline policy "SQSPolicy" are removed, and all of it is kept in "${backup}"`,
    );
    expect(JSON.parse(await readFile(backup, "utf8")).inlinePolicies).toHaveLength(2);
  });

  test("keeps the first backup when it is run again with the same file", async () => {
    await writeFile(backup, "the first");
    await expect(retire("--yes")).rejects.toThrow(
      /--backup ".*role\.json" exists, and may be all that is left/,
    );
    expect(await readFile(backup, "utf8")).toBe("the first");
  });

  test("credentials that may not read the role, or the bucket, are told what they need", async () => {
    account.iam.fault = () => new FakeAwsError("AccessDeniedException", "not allowed", 403);
    await expect(retire("--yes")).rejects.toThrow(
      /Cannot read role .*AccessDenied.*the credentials need iam:GetRole/,
    );
    account.iam.fault = () => undefined;
    s3.fault = () => ({ status: 403, code: "AccessDenied" });
    await expect(retire("--yes")).rejects.toThrow(/s3:\/\/insights.*access is denied/);
    expect(account.iam.writes).toEqual([]);
  });

  test("a manifest that is another cluster's is an error, no evidence", async () => {
    writeManifest(1, { clusterArn: CLUSTER_ARN.replace("prod", "other") });
    await expect(retire("--yes")).rejects.toThrow(
      /Manifest s3:\/\/insights\/.* cannot be read: "clusterArn" is/,
    );
    expect(account.iam.writes).toEqual([]);
  });
});

describe("what cannot be asked for", () => {
  test.each([
    ["nops-container-cost-prod_eu-west-1"],
    ["nops-ccost-prod"],
    ["nops-ccost-prod_moon"],
    ["nops-ccost-_eu-west-1"],
    ["Admin"],
  ])("%s is no role of the predecessor", async (name) => {
    await expect(runRoles("retire-predecessor", name, "--yes")).rejects.toThrow(
      `"${name}" is not the name of a role of the predecessor; give one as nops-ccost-<cluster>_<region>`,
    );
    expect(account.iam.calls).toEqual([]);
  });

  test("is said with every problem of the flags", async () => {
    const flags = ["--bucket", "B", "--key-prefix", "/x", "--within-hours", "4"];
    await expect(runRoles("retire-predecessor", "Admin", ...flags)).rejects.toThrow(
      /"Admin" is not .*\n--bucket "B" .*\n--key-prefix "\/x" .*\n--within-hours "4" is not a whole number between 5 and 168\nroles retire-predecessor asks before/,
    );
  });
});
