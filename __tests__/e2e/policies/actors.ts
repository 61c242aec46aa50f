import {
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { policyDocument, type PolicyDocument } from "../../../contract/policy-document.ts";
import type { Who } from "../../../tools/policy-decisions/decision.ts";
import { placeholderValues } from "../../../tools/policy-decisions/placeholders.ts";
import { partyOf } from "../../policies/evaluate.ts";
import { EMULATED_ACCOUNT, ROOT_KEYS } from "../ground/ministack.ts";
import type { ActorKeys } from "./clients.ts";
import type { PlannedDeployment } from "./plans.ts";

/** Those of the table whom the emulator can play, each as a real user or role with the documents of the plan. */
export const PLAYED: readonly Who[] = [
  "administrator",
  "reader role",
  "cluster role",
  "cluster role with a policy of everything",
  "IAM user",
  "cluster user",
  "execution role",
];

const TRUST = policyDocument({
  Sid: "Account",
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${EMULATED_ACCOUNT}:root` },
  Action: ["sts:AssumeRole"],
});

/** Makes somebody of the table in the emulated account, and gives back the keys of that one. */
export async function makeActor(url: string, who: Who, planned: PlannedDeployment): Promise<ActorKeys> {
  const iam = new IAMClient({ region: "us-east-1", endpoint: url, credentials: ROOT_KEYS });
  const values = placeholderValues(planned.place);
  const { identityPolicy, boundary } = partyOf(who, planned, values);
  if (!identityPolicy) throw new Error(`"${who}" has no policy of its own`);
  const name = who.replaceAll(" ", "-");
  if (who === "IAM user" || who === "cluster user") return makeUser(iam, name, identityPolicy);
  await iam.send(
    new CreateRoleCommand({
      RoleName: name,
      AssumeRolePolicyDocument: JSON.stringify(TRUST),
      ...(boundary ? { PermissionsBoundary: await makePolicy(iam, `${name}-boundary`, boundary) } : {}),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: name,
      PolicyName: "planned",
      PolicyDocument: JSON.stringify(identityPolicy),
    }),
  );
  return assumeRole(url, name);
}

async function makeUser(iam: IAMClient, name: string, policy: PolicyDocument): Promise<ActorKeys> {
  await iam.send(new CreateUserCommand({ UserName: name }));
  await iam.send(
    new PutUserPolicyCommand({
      UserName: name,
      PolicyName: "planned",
      PolicyDocument: JSON.stringify(policy),
    }),
  );
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
  if (!key?.AccessKeyId || !key.SecretAccessKey) throw new Error(`"${name}" got no access key`);
  return { accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey };
}

async function makePolicy(iam: IAMClient, name: string, document: PolicyDocument): Promise<string> {
  const { Policy: policy } = await iam.send(
    new CreatePolicyCommand({ PolicyName: name, PolicyDocument: JSON.stringify(document) }),
  );
  if (!policy?.Arn) throw new Error(`"${name}" has no ARN`);
  return policy.Arn;
}

async function assumeRole(url: string, name: string): Promise<ActorKeys> {
  const sts = new STSClient({ region: "us-east-1", endpoint: url, credentials: ROOT_KEYS });
  const { Credentials: keys } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${EMULATED_ACCOUNT}:role/${name}`,
      RoleSessionName: "e2e",
    }),
  );
  if (!keys?.AccessKeyId || !keys.SecretAccessKey || !keys.SessionToken)
    throw new Error(`the role "${name}" gave no keys`);
  return {
    accessKeyId: keys.AccessKeyId,
    secretAccessKey: keys.SecretAccessKey,
    sessionToken: keys.SessionToken,
  };
}
