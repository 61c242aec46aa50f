import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { DEFAULT_NAME_PREFIX, deploymentNames } from "../../contract/names.ts";
import { DEFAULT_KEY_PREFIX } from "../../contract/object-keys.ts";
import { centralBucketPolicy, centralKeyStatements } from "../../contract/policies/central-view-policy.ts";
import { CENTRAL_BUCKET_ARN } from "../support/account-json.ts";
import { ACCOUNT } from "../support/decide.ts";

const GUIDE = readFileSync(join(import.meta.dirname, "../../docs/central-view.md"), "utf8");
const role = deploymentNames(DEFAULT_NAME_PREFIX, ACCOUNT).replicationRole;
const SOURCES = [{ account: ACCOUNT, roleArn: `arn:aws:iam::${ACCOUNT}:role/${role}` }];

test("the guide shows the policies that the contract makes", () => {
  const shown = [...GUIDE.matchAll(/```json\n(.*?)```/gs)].map(
    ([, json = ""]) => JSON.parse(json) as unknown,
  );
  expect(shown).toEqual([
    centralBucketPolicy(CENTRAL_BUCKET_ARN, DEFAULT_KEY_PREFIX, SOURCES),
    centralKeyStatements(SOURCES),
  ]);
});

test("in another partition the policies name that partition's principals", () => {
  const roleArn = `arn:aws-cn:iam::${ACCOUNT}:role/${role}`;
  const [statement] = centralBucketPolicy("arn:aws-cn:s3:::central-view", "", [
    { account: ACCOUNT, roleArn },
  ]).Statement;
  expect(statement?.Principal).toEqual({ AWS: `arn:aws-cn:iam::${ACCOUNT}:root` });
  expect(statement?.Resource).toEqual([`arn:aws-cn:s3:::central-view/cluster=${ACCOUNT}.*`]);
});
