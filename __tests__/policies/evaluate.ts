import { writerPolicy } from "../../contract/policies/writer-policy.ts";
import { policyDocument, type PolicyDocument } from "../../contract/policy-document.ts";
import type { Decision, Setting, Who } from "../../tools/policy-decisions/decision.ts";
import { PARTIES } from "../../tools/policy-decisions/parties.ts";
import {
  fill,
  fillContext,
  placeholderValues,
  type Placeholder,
  type Place,
} from "../../tools/policy-decisions/placeholders.ts";
import { ANONYMOUS, decide, type Access, type Decision as Answer } from "../support/decide.ts";
import type { Deployment } from "./documents.ts";

const EVERYTHING = policyDocument({ Sid: "All", Effect: "Allow", Action: ["*"], Resource: ["*"] });
const OTHER_ACCOUNT = "210987654321";

type Values = Readonly<Record<Placeholder, string>>;

/** Whether a row says something about a deployment. */
export function applies(row: Decision, on: ReadonlySet<Setting>): boolean {
  const { notWith, onlyWith } = PARTIES[row.who];
  if (notWith !== undefined && on.has(notWith)) return false;
  if (onlyWith !== undefined && !on.has(onlyWith)) return false;
  return row.on.every((setting) => on.has(setting)) && !row.off.some((setting) => on.has(setting));
}

/** What the simulator answers to a row's request, with the documents of a deployment. */
export function answerTo(row: Decision, deployment: Deployment, place: Place): Promise<Answer> {
  return decide(accessOf(row, deployment, placeholderValues(place)));
}

/**
 * What it would answer to an administrator of the account. A denial that an administrator gets as well is about a
 * request that is never allowed, and so would pass whatever the documents say.
 */
export function answerToAdministrator(row: Decision, deployment: Deployment, place: Place): Promise<Answer> {
  return answerTo({ ...row, who: "administrator" }, deployment, place);
}

function accessOf(row: Decision, deployment: Deployment, values: Values): Access {
  const resource = fill(row.resource, values);
  const resourcePolicy = resourcePolicyOf(row, resource, deployment, values);
  return {
    action: row.action,
    resource,
    account: values.account,
    context: { ...usualContext(row.action), ...fillContext(row.context, values) },
    ...partyOf(row.who, deployment, values),
    ...(resourcePolicy ? { resourcePolicy } : {}),
  };
}

/** Requests to the bucket come over TLS 1.3 unless a row says otherwise. */
function usualContext(action: string): Record<string, string> {
  return action.startsWith("s3:") ? { "aws:SecureTransport": "true", "s3:TlsVersion": "1.3" } : {};
}

function partyOf(
  who: Who,
  { documents, on }: Deployment,
  values: Values,
): Pick<Access, "principal" | "identityPolicy" | "boundary"> {
  const document = (name: string): PolicyDocument => {
    const found = documents.get(name);
    if (!found) throw new Error(`there is no policy document of "${name}"`);
    return found;
  };
  const role = (name: string): string => `${values.iam}:role/${name}`;
  switch (who) {
    case "administrator":
      return { principal: role("administrator"), identityPolicy: EVERYTHING };
    case "anonymous":
      return { principal: ANONYMOUS };
    case "stranger":
      return {
        principal: role("stranger").replace(values.account, OTHER_ACCOUNT),
        identityPolicy: EVERYTHING,
      };
    case "reader role":
      return { principal: role("finops-reader"), identityPolicy: document("aws_iam_policy.read") };
    case "cluster role":
      return {
        principal: values.role,
        identityPolicy: clusterWriter(on, values),
        boundary: document("aws_iam_policy.boundary"),
      };
    case "cluster role with a policy of everything":
      return {
        principal: values.role,
        identityPolicy: EVERYTHING,
        boundary: document("aws_iam_policy.boundary"),
      };
    case "IAM user":
      return {
        principal: `${values.iam}:user/${values.user}`,
        identityPolicy: document("aws_iam_user_policy.agent"),
      };
    case "execution role":
      return {
        principal: values["execution role"],
        identityPolicy: document("aws_iam_role_policy.lambda"),
      };
    case "Lambda service":
      return { principal: "lambda.amazonaws.com" };
    case "other service":
      return { principal: "ec2.amazonaws.com" };
  }
}

/** The reconciler's policy is no document of the stack: the contract makes it, here as for the Lambdas. */
function clusterWriter(on: ReadonlySet<Setting>, values: Values): PolicyDocument {
  const key = on.has("kms") ? { arn: values.key, viaService: values["via S3"] } : undefined;
  return writerPolicy(values.bucket, values["own prefix"], key);
}

function resourcePolicyOf(
  { action }: Decision,
  resource: string,
  { documents }: Deployment,
  values: Values,
): PolicyDocument | undefined {
  if (action === "sts:AssumeRole" && resource === values["execution role"])
    return documents.get("aws_iam_role.lambda trust");
  if (action.startsWith("kms:")) return keyPolicy(values);
  if (resource === values.bucket || resource.startsWith(`${values.bucket}/`))
    return documents.get("aws_s3_bucket_policy.data");
  return undefined;
}

/** The policy that KMS gives a key by itself: the account's IAM policies decide. */
function keyPolicy({ iam }: Values): PolicyDocument {
  return policyDocument({
    Sid: "IamDecides",
    Effect: "Allow",
    Principal: { AWS: `${iam}:root` },
    Action: ["kms:*"],
    Resource: ["*"],
  });
}
