import assert from "node:assert/strict";
import { STSClient, AssumeRoleWithWebIdentityCommand } from "@aws-sdk/client-sts";
import type { Checks } from "../../checks.ts";
import { CLUSTER_ARN, WINDOW } from "../../export/cli.ts";
import { expectedKeys } from "../../export/folder.ts";
import { EMULATED_ACCOUNT, ROOT_KEYS } from "../ministack.ts";
import { SERVICE_PORTS } from "../parts/ports.ts";
import { PORTS } from "./addresses.ts";
import { createBucket } from "./bucket.ts";
import { podsOfJob, runJob } from "./job.ts";
import { getObject, kubectl } from "./kubectl.ts";
import { addSettings, installChart, RELEASE_NAMESPACE, uninstallChart } from "./release.ts";

const BUCKET = "container-insights-by-role";
const EMULATOR = `http://127.0.0.1:${SERVICE_PORTS.ministack}`;
const ROLE_ARN = `arn:aws:iam::${EMULATED_ACCOUNT}:role/container-insights`;
const JOB_SECONDS = 240;

interface Pod {
  readonly spec: {
    readonly containers: readonly { readonly env: readonly { readonly name: string }[] }[];
  };
}

/** The agent without any key: a projected token, checked against the cluster's issuer, gets it its credentials. */
export async function checkWebIdentity(checks: Checks, directory: string): Promise<void> {
  await checks.check(
    "a token of another service account, or for another audience, gets no credentials",
    async () => {
      const account = "nops-container-insights";
      await assertTokenRefused(
        "default",
        "sts.amazonaws.com",
        /its subject is "system:serviceaccount:nops:default"/,
      );
      await assertTokenRefused(account, "https://127.0.0.1:6443", /its audience is/);
    },
  );
  const bucket = await createBucket(BUCKET, EMULATOR, ROOT_KEYS);
  await checks.check(
    "with identity mode irsa a Job exports three hours, by a role and without keys",
    async () => {
      await uninstallChart();
      await installChart(directory, {
        clusterArn: CLUSTER_ARN,
        bucket: BUCKET,
        identity: { roleArn: ROLE_ARN },
      });
      const [, from, , until] = WINDOW;
      await addSettings({
        AWS_ENDPOINT_URL_S3: "http://aws.storage.svc.cluster.local:4566",
        AWS_ENDPOINT_URL_STS: "http://sts.storage.svc.cluster.local",
        CONTAINER_INSIGHTS_S3_FORCE_PATH_STYLE: "true",
        CONTAINER_INSIGHTS_FROM: from,
        CONTAINER_INSIGHTS_UNTIL: until,
      });
      const report = await runJob("by-role", JOB_SECONDS);
      assert.deepEqual([report.failed, report.exported.length], [[], 6]);
      assert.deepEqual(Object.keys(await bucket.tree()), expectedKeys());
      await assertPodHasRoleOnly("by-role");
    },
  );
}

async function assertTokenRefused(account: string, audience: string, why: RegExp): Promise<void> {
  const create = ["create", "token", account, `--namespace=${RELEASE_NAMESPACE}`, `--audience=${audience}`];
  const { stdout: token } = await kubectl(create);
  const sts = new STSClient({
    region: "us-east-1",
    endpoint: `http://127.0.0.1:${PORTS.sts}`,
    credentials: ROOT_KEYS,
  });
  const input = { RoleArn: ROLE_ARN, RoleSessionName: "slice", WebIdentityToken: token.trim() };
  await assert.rejects(sts.send(new AssumeRoleWithWebIdentityCommand(input)), why);
}

async function assertPodHasRoleOnly(job: string): Promise<void> {
  const [name = ""] = await podsOfJob(job);
  const { spec } = await getObject<Pod>("pod", name, RELEASE_NAMESPACE);
  const variables = spec.containers.flatMap(({ env }) => env.map((variable) => variable.name));
  for (const wanted of ["AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"])
    assert.ok(variables.includes(wanted), wanted);
  for (const key of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) assert.ok(!variables.includes(key), key);
}
