import assert from "node:assert/strict";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { ClusterEventName } from "../../../contract/cluster-events.ts";
import { clusterEvent } from "../../support/cluster-events.ts";
import { createCluster, inspectRole, roleNames, type EmulatedAws } from "../account/aws.ts";
import { BUCKET, ROLE_PATH, roleNameOf, type TestCluster } from "../account/expected-role.ts";
import { waitFor } from "../account/wait-for.ts";
import type { Checks } from "../checks.ts";
import { ROOT_KEYS, type Emulator } from "../ground/ministack.ts";
import type { EventBus, SentEvent } from "./event-bus.ts";

const AT_HOME: TestCluster = { region: "eu-west-1", name: "prod" };
const ELSEWHERE: TestCluster = { region: "us-east-1", name: "shop" };

/** What the checks send events to, and look at then. */
export interface Sending {
  readonly emulator: Emulator;
  readonly aws: EmulatedAws;
  /** The home region's bus, whose rule takes events from {@link SOURCES}. */
  readonly home: EventBus;
}

/** In place of AWS's own names, under which nobody else may send: as the emulator, AWS refuses them. */
export const SOURCES = { "aws.eks": "test.eks", "aws.iam": "test.iam" } as const;

function sentEvent(name: ClusterEventName, cluster: TestCluster): SentEvent {
  const { source, detail, "detail-type": DetailType } = clusterEvent(name);
  const requestParameters =
    name === "CreateOpenIDConnectProvider" ? detail["requestParameters"] : { name: cluster.name };
  return {
    Source: SOURCES[source as keyof typeof SOURCES],
    DetailType,
    Detail: JSON.stringify({ ...detail, awsRegion: cluster.region, requestParameters }),
  };
}

/** Events of clusters, from a bus by the applied rule to the real Lambda. */
export async function checkSent(checks: Checks, sending: Sending): Promise<void> {
  const { aws } = sending;
  const role = roleNameOf(AT_HOME);
  await checks.check("a new cluster has no role: nothing has told of it", async () => {
    await createCluster(aws, AT_HOME.region, AT_HOME.name);
    assert.deepEqual(await roleNames(aws, ROLE_PATH), []);
  });
  await checks.check("the event of its OIDC provider has the role made, and the report says so", async () => {
    await sendAndWait(sending, "CreateOpenIDConnectProvider", AT_HOME);
    assert.deepEqual(await roleNames(aws, ROLE_PATH), [role]);
  });
  await checks.check("the same event twice more changes nothing", async () => {
    const before = await inspectRole(aws, role);
    for (let time = 0; time < 2; time++) {
      const { counts } = await sendAndWait(sending, "CreateOpenIDConnectProvider", AT_HOME);
      assert.deepEqual(counts, { unchanged: 1 });
    }
    assert.deepEqual(await inspectRole(aws, role), before);
  });
  await checks.check("a forged event that the cluster was deleted deletes no role", async () => {
    const { counts } = await sendAndWait(sending, "DeleteCluster", AT_HOME);
    assert.deepEqual(counts, { unchanged: 1 });
    assert.deepEqual(await roleNames(aws, ROLE_PATH), [role]);
  });
  await checks.check(
    "an event of another region, put on the home bus, has that cluster's role made",
    async () => {
      await createCluster(aws, ELSEWHERE.region, ELSEWHERE.name);
      await sendAndWait(sending, "CreateCluster", ELSEWHERE);
      assert.deepEqual(await roleNames(aws, ROLE_PATH), [role, roleNameOf(ELSEWHERE)].sort());
    },
  );
}

interface Report {
  readonly trigger?: { readonly event: string; readonly cluster?: string };
  readonly status: string;
  readonly startedAt: string;
  readonly counts: Readonly<Record<string, number>>;
}

/** Sends an event and waits until the last report is of the run that it started. */
async function sendAndWait(
  { emulator, home }: Sending,
  name: ClusterEventName,
  cluster: TestCluster,
): Promise<Report> {
  const sentAt = new Date().toISOString();
  assert.equal(await home.send(sentEvent(name, cluster)), undefined);
  return waitFor(async () => {
    const report = await readReport(emulator);
    assert.ok(report.startedAt >= sentAt, `the last run started at ${report.startedAt}, before ${sentAt}`);
    assert.equal(report.trigger?.event, name);
    if (name !== "CreateOpenIDConnectProvider") assert.equal(report.trigger.cluster, cluster.name);
    assert.equal(report.status, "ok");
    return report;
  });
}

async function readReport({ url }: Emulator): Promise<Report> {
  // A client for the home region: S3 sends others away.
  const s3 = new S3Client({
    region: "eu-west-1",
    endpoint: url,
    credentials: ROOT_KEYS,
    forcePathStyle: true,
  });
  const { Body } = await s3.send(
    new GetObjectCommand({ Bucket: BUCKET, Key: "control/role-reconcile/latest.json" }),
  );
  return JSON.parse((await Body?.transformToString()) ?? "") as Report;
}
