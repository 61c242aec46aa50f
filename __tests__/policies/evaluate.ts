import { writerPolicy } from "../../contract/policies/writer-policy.ts";
import { policyDocument, type PolicyDocument } from "../../contract/policy-document.ts";
import type { Decision, Setting, Who } from "../../tools/policy-decisions/decision.ts";
import { PARTIES } from "../../tools/policy-decisions/parties.ts";
import {
  fill,
  fillContext,
  OTHER_ACCOUNT,
  placeholderValues,
  type Place,
  type PlaceholderValues,
} from "../../tools/policy-decisions/placeholders.ts";
import { ANONYMOUS, decide, type Access, type Decision as Answer } from "../support/decide.ts";
import type { Deployment, Documents } from "./documents.ts";

const EVERYTHING = policyDocument({ Sid: "All", Effect: "Allow", Action: ["*"], Resource: ["*"] });

/** Whether a row says something about a deployment. */
export function applies(row: Decision, on: ReadonlySet<Setting>): boolean {
  for (const { notWith, onlyWith } of [PARTIES[row.who], PARTIES[row.allowedTo]]) {
    if (notWith !== undefined && on.has(notWith)) return false;
    if (onlyWith !== undefined && !on.has(onlyWith)) return false;
  }
  return row.on.every((setting) => on.has(setting)) && !row.off.some((setting) => on.has(setting));
}

/** Whether a row is about something that there is only with a setting. */
export function onlyWith(row: Decision, setting: Setting): boolean {
  return row.on.includes(setting) || PARTIES[row.allowedTo].onlyWith === setting;
}

/** What the simulator answers to a row's request, with the documents of a deployment. */
export function answerTo(row: Decision, deployment: Deployment, place: Place): Promise<Answer> {
  const values = placeholderValues(place);
  const access = accessOf(row, values);
  const party = partyOf(row.who, deployment, values);
  return decide({ ...access, ...party, ...resourceOf(access, deployment.documents, values) });
}

/**
 * What it would answer to an administrator of the account that the resource belongs to. A denial that an administrator
 * gets as well is about a request that is never allowed, and so would pass whatever the documents say.
 */
export function answerToAdministrator(row: Decision, deployment: Deployment, place: Place): Promise<Answer> {
  const values = placeholderValues(place);
  const access = accessOf(row, values);
  const { resourcePolicy, account } = resourceOf(access, deployment.documents, values);
  const policy = account === values.account ? resourcePolicy : undefined;
  return decide({
    ...access,
    ...partyOf("administrator", deployment, values),
    ...(access.action.startsWith("kms:")
      ? { resourcePolicy: keyPolicy(values) }
      : policy && { resourcePolicy: policy }),
  });
}

function accessOf(row: Decision, values: PlaceholderValues): Access {
  // Requests to a bucket come over TLS 1.3 unless a row says otherwise.
  const usual = row.action.startsWith("s3:") ? { "aws:SecureTransport": "true", "s3:TlsVersion": "1.3" } : {};
  return {
    action: row.action,
    resource: fill(row.resource, values),
    context: { ...usual, ...fillContext(row.context, values) },
  };
}

/** Services, by the names that policies give them. */
const SERVICES: Partial<Readonly<Record<Who, string>>> = {
  Lambda: "lambda.amazonaws.com",
  S3: "s3.amazonaws.com",
  EventBridge: "events.amazonaws.com",
  "another service": "ec2.amazonaws.com",
};

/** Whose policy is a document of the stack, and which. */
const POLICIES: Partial<Readonly<Record<Who, string>>> = {
  "reader role": "aws_iam_policy.read",
  "IAM user": "aws_iam_user_policy.agent",
  "cluster user": "aws_iam_user_policy.cluster",
  "replication role": "aws_iam_role_policy.replication",
  "execution role": "aws_iam_role_policy.lambda",
  "forwarding role": "aws_iam_role_policy.forward",
};

/** Who asks, as the simulator takes it: its ARN, its own policy and its boundary. */
export function partyOf(
  who: Who,
  { documents, on }: Deployment,
  values: PlaceholderValues,
): Pick<Access, "principal" | "identityPolicy" | "boundary"> {
  const document = (name: string): PolicyDocument => {
    const found = documents.get(name);
    if (!found) throw new Error(`there is no policy document of "${name}"`);
    return found;
  };
  const principal = principalOf(who, values);
  const policy = POLICIES[who];
  if (policy !== undefined) return { principal, identityPolicy: document(policy) };
  if (who === "anonymous" || SERVICES[who] !== undefined) return { principal };
  if (who === "cluster role" || who === "cluster role with a policy of everything") {
    const identityPolicy = who === "cluster role" ? clusterWriter(on, values) : EVERYTHING;
    return { principal, identityPolicy, boundary: document("aws_iam_policy.boundary") };
  }
  return { principal, identityPolicy: EVERYTHING };
}

function principalOf(who: Who, values: PlaceholderValues): string {
  switch (who) {
    case "anonymous":
      return ANONYMOUS;
    case "stranger":
      return values.reader.replace(/[^/]+$/, "stranger");
    case "additional reader":
      return values.reader;
    case "cluster role":
    case "cluster role with a policy of everything":
      return values.role;
    case "IAM user":
      return `${values.iam}:user/${values.user}`;
    case "cluster user":
      return `${values.iam}:user/prod-writer`;
    case "replication role":
      return values["replication role"];
    case "execution role":
      return values["execution role"];
    case "forwarding role":
      return values["forwarding role"];
    default:
      return SERVICES[who] ?? `${values.iam}:role/${who.replaceAll(" ", "-")}`;
  }
}

/** The reconciler's policy is no document of the stack: the contract makes it, here as for the Lambdas. */
function clusterWriter(on: ReadonlySet<Setting>, values: PlaceholderValues): PolicyDocument {
  const key = on.has("kms") ? { arn: values.key, viaService: values["via S3"] } : undefined;
  return writerPolicy(values.bucket, values["own prefix"], key);
}

/** Whose a resource is, and the policy that it has itself. */
function resourceOf(
  { action, resource }: Access,
  documents: Documents,
  values: PlaceholderValues,
): Pick<Access, "account" | "resourcePolicy"> {
  const ofDocument = (name: string): Pick<Access, "account" | "resourcePolicy"> => {
    const resourcePolicy = documents.get(name);
    return { account: values.account, ...(resourcePolicy ? { resourcePolicy } : {}) };
  };
  const isIn = (bucket: string): boolean => resource === bucket || resource.startsWith(`${bucket}/`);
  if (isIn(values.bucket)) return ofDocument("aws_s3_bucket_policy.data");
  if (resource === values["dead letters"]) return ofDocument("aws_sqs_queue.dead_letters");
  if (action === "sts:AssumeRole") {
    if (resource === values["execution role"]) return ofDocument("aws_iam_role.lambda trust");
    if (resource === values["forwarding role"]) return ofDocument("aws_iam_role.forward trust");
    if (resource === values["replication role"]) return ofDocument("aws_iam_role.replication trust");
  }
  if (isIn(values["central bucket"]) || resource === values["central key"])
    return { account: OTHER_ACCOUNT, resourcePolicy: openTo(values["replication role"]) };
  if (action.startsWith("kms:")) return { account: values.account, resourcePolicy: keyPolicy(values) };
  return { account: values.account };
}

/** As if the central account let the role do everything: what is left is what the role's own policy decides. */
function openTo(role: string): PolicyDocument {
  return policyDocument({
    Sid: "Open",
    Effect: "Allow",
    Principal: { AWS: role },
    Action: ["*"],
    Resource: ["*"],
  });
}

/** The policy that KMS gives a key by itself: the account's IAM policies decide. */
function keyPolicy({ iam }: PlaceholderValues): PolicyDocument {
  return policyDocument({
    Sid: "IamDecides",
    Effect: "Allow",
    Principal: { AWS: `${iam}:root` },
    Action: ["kms:*"],
    Resource: ["*"],
  });
}
