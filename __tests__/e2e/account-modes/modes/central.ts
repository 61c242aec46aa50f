import assert from "node:assert/strict";
import { CreateBucketCommand, GetBucketPolicyCommand, PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import { BUCKET } from "../../account/expected-role.ts";
import type { AccountUnderTest } from "../../account/under-test.ts";
import { assertAlarms } from "../alarm-facts.ts";
import type { Mode } from "../mode.ts";
import { ALARM_ADDRESSES, ALARMS, ALWAYS, RECONCILER, REPLICATION, rolesOf } from "../parts-list.ts";
import { PROD } from "./clusters.ts";

const CENTRAL = "central-view";
const READER = "arn:aws:iam::210987654321:root";
const TOPIC = "arn:aws:sns:us-east-1:123456789012:oncall";

const HAS = [...ALWAYS, ...RECONCILER, ...rolesOf(PROD)];

/** Copies for another account, readers of it, and alarms; then none of them. */
export const CENTRAL_VIEW: Mode = {
  name: "replication, readers and alarms",
  clusters: [PROD],
  prepare: async ({ aws: { s3 } }) => {
    await s3.send(new CreateBucketCommand({ Bucket: CENTRAL }));
    const versioned = { Bucket: CENTRAL, VersioningConfiguration: { Status: "Enabled" } } as const;
    await s3.send(new PutBucketVersioningCommand(versioned));
    return {};
  },
  steps: () => [
    {
      name: "with all of them",
      variables: {
        replication_bucket_arn: `arn:aws:s3:::${CENTRAL}`,
        replication_account_id: "210987654321",
        additional_reader_arns: JSON.stringify([READER]),
        alarm_topic_arn: TOPIC,
      },
      has: [...HAS, ...REPLICATION, ...ALARMS],
      holds: {
        "every alarm tells the topic, and says what to do": ({ emulator }) =>
          assertAlarms(emulator.url, TOPIC, ALARMS.length),
        "the bucket's policy lets the other account read": async (account) =>
          assert.ok(await isRead(account)),
      },
    },
    {
      name: "without them",
      variables: {},
      has: HAS,
      removes: [
        ...ALARM_ADDRESSES,
        "aws_iam_role.replication[0]",
        "aws_iam_role_policy.replication[0]",
        "aws_s3_bucket_replication_configuration.data[0]",
      ],
      holds: {
        "the bucket's policy names no other account": async (account) => assert.ok(!(await isRead(account))),
      },
    },
  ],
};

async function isRead({ aws }: AccountUnderTest): Promise<boolean> {
  const { Policy = "" } = await aws.s3.send(new GetBucketPolicyCommand({ Bucket: BUCKET }));
  return Policy.includes(READER);
}
