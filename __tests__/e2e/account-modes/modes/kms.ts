import assert from "node:assert/strict";
import { inspectRole } from "../../account/aws.ts";
import { roleNameOf } from "../../account/expected-role.ts";
import { assertRole, type AccountUnderTest } from "../../account/under-test.ts";
import { askAws } from "../ask-aws.ts";
import { assertEncryption } from "../bucket-facts.ts";
import type { Mode } from "../mode.ts";
import { ALWAYS, RECONCILER, rolesOf } from "../parts-list.ts";
import { PROD } from "./clusters.ts";

const HAS = [...ALWAYS, ...RECONCILER, ...rolesOf(PROD)];

/** Encrypted with a key of the account's own; then with S3's own keys again. */
export const KMS: Mode = {
  name: "a KMS key",
  clusters: [PROD],
  prepare: async ({ emulator }) => {
    const { KeyMetadata } = await askAws<{ KeyMetadata: { Arn: string } }>(
      emulator.url,
      "kms",
      "TrentService.CreateKey",
    );
    return { key: KeyMetadata.Arn };
  },
  steps: ({ key = "" }) => [
    {
      name: "with kms_key_arn",
      variables: { kms_key_arn: key },
      has: HAS,
      holds: {
        "the bucket is encrypted with the key": ({ aws }) => assertEncryption(aws, "aws:kms", key),
        "the cluster's role may use the key, through S3 only": async (account) =>
          assert.deepEqual(await keyStatements(account), [
            {
              Sid: "UseKey",
              Effect: "Allow",
              Action: ["kms:GenerateDataKey", "kms:Decrypt"],
              Resource: [key],
              Condition: { StringEquals: { "kms:ViaService": ["s3.us-east-1.amazonaws.com"] } },
            },
          ]),
      },
    },
    {
      name: "without it",
      variables: {},
      has: HAS,
      holds: {
        "the bucket is encrypted with S3's own keys": ({ aws }) => assertEncryption(aws, "AES256"),
        "the cluster's role knows no key": (account) => assertRole(account, PROD),
      },
    },
  ],
};

async function keyStatements({ aws }: AccountUnderTest): Promise<unknown[]> {
  const found = await inspectRole(aws, roleNameOf(PROD));
  const policy = found?.policies["container-insights-writer"] as
    { Statement: readonly { Action: readonly string[] }[] } | undefined;
  return (policy?.Statement ?? []).filter(({ Action }) => Action.some((action) => action.startsWith("kms:")));
}
