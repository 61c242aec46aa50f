import assert from "node:assert/strict";
import { join } from "node:path";
import { CreateBucketCommand, PutBucketPolicyCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  policyDocument,
  type PolicyDocument,
  type PolicyStatement,
} from "../../../contract/policy-document.ts";
import { placeholderValues } from "../../../tools/policy-decisions/placeholders.ts";
import type { Checks } from "../checks.ts";
import { openS3 } from "../ground/s3-access.ts";
import { openClient } from "./clients.ts";
import type { PlannedDeployment } from "./plans.ts";
import { ask } from "./requests.ts";
import { OWNER, startStrictServer, type StrictServer } from "./strict-server.ts";

const ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:ListBucket"] as const;

/**
 * Lets a server that is strict about policies enforce the planned one, but for the statement about `s3:TlsVersion`: it
 * knows no such key, and refuses what names it. Users of this server have no policies of their own, so the bucket's
 * gets a statement that allows one of them everything, for the planned denials to be about something.
 */
export async function strictServerPhase(
  checks: Checks,
  [planned]: readonly PlannedDeployment[],
  directory: string,
): Promise<void> {
  const policy = planned?.documents.get("aws_s3_bucket_policy.data");
  if (!planned || !policy) throw new Error("no bucket's policy was planned");
  const bucket = placeholderValues(planned.place).deployment;
  const server = await startStrictServer(join(directory, "strict"));
  try {
    const owner = openS3(server.http, OWNER);
    await owner.send(new CreateBucketCommand({ Bucket: bucket }));
    await owner.send(new PutObjectCommand({ Bucket: bucket, Key: "x", Body: "there" }));
    const put = (document: PolicyDocument) =>
      owner.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify(document) }));
    await checkStrictServer(checks, server, bucket, policy, put);
  } finally {
    await server.stop();
  }
}

async function checkStrictServer(
  checks: Checks,
  server: StrictServer,
  bucket: string,
  policy: PolicyDocument,
  put: (document: PolicyDocument) => Promise<unknown>,
): Promise<void> {
  const request = { bucket, key: "x", versionId: "", uploadId: "", policy: "" };
  const answers = async (url: string): Promise<string[]> => {
    const s3 = openClient(url, server.certificate, OWNER);
    const said: string[] = [];
    for (const action of ACTIONS) said.push(`${action} ${await ask(s3, action, request)}`);
    return said;
  };
  const all = (answer: string): string[] => ACTIONS.map((action) => `${action} ${answer}`);
  const allowed = allowOwner(policy);
  await checks.check("with the right to everything, HTTP and HTTPS are accepted", async () => {
    await put(policyDocument(allowed));
    assert.deepEqual(await answers(server.http), all("allowed"));
    assert.deepEqual(await answers(server.https), all("allowed"));
  });
  await checks.check(
    "the whole planned policy is refused, for the one key that the server does not know",
    () => assert.rejects(put(policy), { name: "MalformedPolicy" }),
  );
  await checks.check("without the statement about s3:TlsVersion it is accepted", async () => {
    const others = policy.Statement.filter(
      ({ Condition }) => !JSON.stringify(Condition).includes("TlsVersion"),
    );
    assert.equal(others.length, policy.Statement.length - 1);
    await put(policyDocument(allowed, ...others));
  });
  await checks.check("over HTTP everything is refused", async () =>
    assert.deepEqual(await answers(server.http), all("denied")),
  );
  await checks.check("over HTTPS everything is accepted", async () =>
    assert.deepEqual(await answers(server.https), all("allowed")),
  );
}

/** Everything that the policy is about, for the one user of the server. */
function allowOwner(policy: PolicyDocument): PolicyStatement {
  return {
    Sid: "Owner",
    Effect: "Allow",
    Principal: { AWS: OWNER.accessKeyId },
    Action: ["s3:*"],
    Resource: policy.Statement.find(({ Effect }) => Effect === "Deny")?.Resource ?? [],
  };
}
