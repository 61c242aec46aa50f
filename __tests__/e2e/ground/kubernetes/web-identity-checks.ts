import assert from "node:assert/strict";
import { STSClient, AssumeRoleWithWebIdentityCommand } from "@aws-sdk/client-sts";
import type { Checks } from "../../checks.ts";
import { WINDOW } from "../../export/cli.ts";
import { DATASET_HOURS } from "../../export/dataset-hours.ts";
import { expectedKeys } from "../../export/folder.ts";
import { ROOT_KEYS } from "../ministack.ts";
import { serviceUrl } from "../parts/ports.ts";
import { PORTS } from "./addresses.ts";
import { openBucket } from "./bucket.ts";
import { checkHandshake } from "./cluster-stack-role.ts";
import { podsOfJob, runJob } from "./job.ts";
import { getObject, kubectl } from "./kubectl.ts";
import { addSettings, RELEASE_NAMESPACE } from "./release.ts";

const JOB_SECONDS = 240;

interface Variable {
  readonly name: string;
  readonly value?: string;
}

interface Pod {
  readonly spec: { readonly containers: readonly { readonly env: readonly Variable[] }[] };
}

/** The agent without any key: a projected token, checked against the cluster's issuer, gets it its credentials. */
export async function checkWebIdentity(checks: Checks, directory: string): Promise<void> {
  const agreed = await checkHandshake(checks, directory);
  if (!agreed) return;
  const { roleArn } = agreed;
  await checks.check(
    "a token of another service account, or for another audience, gets no credentials",
    async () => {
      const account = "nops-container-insights";
      const other = /its subject is "system:serviceaccount:nops:default"/;
      await assertTokenRefused(roleArn, "default", "sts.amazonaws.com", other);
      await assertTokenRefused(roleArn, account, "https://127.0.0.1:6443", /its audience is/);
    },
  );
  await checks.check(
    "a Job exports three hours into the account's bucket, by its role and without keys",
    async () => {
      const [, from, , until] = WINDOW;
      await addSettings({
        AWS_ENDPOINT_URL_S3: "http://aws.storage.svc.cluster.local:4566",
        AWS_ENDPOINT_URL_STS: "http://sts.storage.svc.cluster.local",
        CONTAINER_INSIGHTS_S3_FORCE_PATH_STYLE: "true",
        CONTAINER_INSIGHTS_FROM: from,
        CONTAINER_INSIGHTS_UNTIL: until,
      });
      const report = await runJob("by-role", JOB_SECONDS);
      assert.deepEqual([report.failed, report.exported.length], [[], DATASET_HOURS]);
      const bucket = openBucket(agreed.bucket, serviceUrl("ministack"), ROOT_KEYS);
      assert.deepEqual(Object.keys(await bucket.tree()), expectedKeys());
      await assertPodHasRoleOnly("by-role", roleArn);
    },
  );
}

async function assertTokenRefused(
  roleArn: string,
  account: string,
  audience: string,
  why: RegExp,
): Promise<void> {
  const create = ["create", "token", account, `--namespace=${RELEASE_NAMESPACE}`, `--audience=${audience}`];
  const { stdout: token } = await kubectl(create);
  const sts = new STSClient({
    region: "us-east-1",
    endpoint: `http://127.0.0.1:${PORTS.sts}`,
    credentials: ROOT_KEYS,
  });
  const input = { RoleArn: roleArn, RoleSessionName: "slice", WebIdentityToken: token.trim() };
  await assert.rejects(sts.send(new AssumeRoleWithWebIdentityCommand(input)), why);
}

async function assertPodHasRoleOnly(job: string, roleArn: string): Promise<void> {
  const [name = ""] = await podsOfJob(job);
  const { spec } = await getObject<Pod>("pod", name, RELEASE_NAMESPACE);
  const variables = new Map(
    spec.containers.flatMap(({ env }) => env.map(({ name, value }) => [name, value])),
  );
  assert.equal(variables.get("AWS_ROLE_ARN"), roleArn);
  assert.ok(variables.has("AWS_WEB_IDENTITY_TOKEN_FILE"));
  for (const key of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) assert.ok(!variables.has(key), key);
}
