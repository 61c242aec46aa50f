import assert from "node:assert/strict";
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { Decision, Who } from "../../../tools/policy-decisions/decision.ts";
import { fill, fillContext, placeholderValues } from "../../../tools/policy-decisions/placeholders.ts";
import { DECISIONS } from "../../../tools/policy-decisions/table.ts";
import { applies } from "../../policies/evaluate.ts";
import type { Checks } from "../checks.ts";
import { ROOT_KEYS, startMinistack } from "../ground/ministack.ts";
import { openS3 } from "../ground/s3-access.ts";
import { startTlsFront } from "../ground/tls-front.ts";
import { makeActor, PLAYED } from "./actors.ts";
import { openClient, type ActorKeys } from "./clients.ts";
import type { PlannedDeployment } from "./plans.ts";
import { ask, isAskable, type S3Request } from "./requests.ts";

const OTHER_BUCKET = "another-bucket";

/** The emulator with the bucket in it, as its root sees it and as others reach it. */
interface Emulated {
  readonly planned: PlannedDeployment;
  readonly root: S3Client;
  readonly bucket: string;
  readonly policy: string;
  open(secure: boolean, keys: ActorKeys | undefined): S3Client;
}

/**
 * Asks a server that enforces policies what the table says about S3, by users and roles that have the planned
 * documents, over HTTP and over TLS.
 */
export async function emulatorPhase(
  checks: Checks,
  deployments: readonly PlannedDeployment[],
  directory: string,
): Promise<void> {
  for (const planned of deployments) {
    const emulator = await startMinistack(directory, { enforce: true });
    const front = await startTlsFront(directory, emulator.url);
    try {
      const root = openS3(emulator.url, ROOT_KEYS);
      const open = (secure: boolean, keys: ActorKeys | undefined): S3Client =>
        openClient(secure ? front.url : emulator.url, front.certificate, keys);
      const bucket = placeholderValues(planned.place).deployment;
      const policy = JSON.stringify(planned.documents.get("aws_s3_bucket_policy.data"));
      await prepareBuckets(root, bucket);
      const emulated = { planned, root, bucket, policy, open };
      await checkEmulated(checks, emulated, (who) => makeActor(emulator.url, who, planned));
    } finally {
      await front.stop();
      await emulator.stop();
    }
  }
}

async function checkEmulated(
  checks: Checks,
  emulated: Emulated,
  makeKeys: (who: Who) => Promise<ActorKeys>,
): Promise<void> {
  const { planned, root, bucket, policy } = emulated;
  const rows = rowsToAsk(planned);
  const http = rows.filter(
    // To put the policy would end the time without it.
    (row) => row.context["aws:SecureTransport"] === "false" && row.action !== "s3:PutBucketPolicy",
  );
  const keys = new Map<Who, ActorKeys>();
  await checks.check(`${planned.name}: users and roles have the planned documents`, async () => {
    for (const who of new Set(rows.map((row) => row.who))) {
      if (who !== "anonymous") keys.set(who, await makeKeys(who));
    }
  });
  await checks.check(`${planned.name}: without the bucket's policy, plain HTTP is accepted`, async () => {
    for (const row of http) assert.equal(await askRow(emulated, row, keys), "allowed", JSON.stringify(row));
    const actions = http.map(({ action }) => action);
    for (const action of ["s3:GetObject", "s3:PutObject", "s3:ListBucket"])
      assert.ok(actions.includes(action), `no row asks "${action}" over HTTP`);
  });
  await checks.check(`${planned.name}: the whole planned policy is accepted`, () =>
    root.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: policy })),
  );
  for (const who of new Set(rows.map((row) => row.who))) {
    const own = rows.filter((row) => row.who === who);
    await checks.check(
      `${planned.name}: ${who}: the server decides as the table says`,
      async () => {
        const wrong: string[] = [];
        for (const row of own) {
          const answer = await askRow(emulated, row, keys);
          if ((answer === "allowed") !== row.allowed) wrong.push(`${answer}: ${JSON.stringify(row)}`);
        }
        assert.deepEqual(wrong, []);
      },
      () => `${own.length} rows, ${own.filter((row) => !row.allowed).length} refused`,
    );
  }
}

/** What the table says about S3, and this server can be asked: it knows no `s3:TlsVersion`. */
function rowsToAsk({ on }: PlannedDeployment): Decision[] {
  return DECISIONS.filter(
    (row) =>
      applies(row, on) &&
      isAskable(row.action) &&
      (row.who === "anonymous" || PLAYED.includes(row.who)) &&
      !("s3:TlsVersion" in row.context),
  );
}

async function askRow(
  { planned, root, bucket, policy, open }: Emulated,
  row: Decision,
  keys: ReadonlyMap<Who, ActorKeys>,
): Promise<"allowed" | "denied"> {
  const values = placeholderValues(planned.place);
  const [asked = "", ...rest] = fill(row.resource, values)
    .replace(/^arn:[^:]+:s3:::/, "")
    .split("/");
  const context = fillContext(row.context, values);
  const prefix = context["s3:prefix"]?.toString();
  const at = await prepareObject(root, asked, rest.join("/") || "x");
  const s3 = open(context["aws:SecureTransport"] !== "false", keys.get(row.who));
  const isOurs = asked === bucket;
  return ask(s3, row.action, { ...at, prefix, policy: isOurs ? policy : "{}" });
}

async function prepareBuckets(root: S3Client, bucket: string): Promise<void> {
  for (const name of [bucket, OTHER_BUCKET]) {
    await root.send(new CreateBucketCommand({ Bucket: name }));
    const versioned = { Status: "Enabled" } as const;
    await root.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: versioned }));
  }
}

/** An object, a version of it and an upload to it, so that no request fails for another reason than its right. */
async function prepareObject(
  root: S3Client,
  bucket: string,
  key: string,
): Promise<Omit<S3Request, "prefix" | "policy">> {
  const at = { Bucket: bucket, Key: key };
  const { VersionId: versionId } = await root.send(new PutObjectCommand({ ...at, Body: "there" }));
  const { UploadId: uploadId } = await root.send(new CreateMultipartUploadCommand(at));
  assert.ok(versionId && uploadId);
  return { bucket, key, versionId, uploadId };
}
