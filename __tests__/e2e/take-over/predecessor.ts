import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { zip } from "../../../stacks/zip.ts";
import { emulatorEnv, EMULATED_ACCOUNT } from "../ground/ministack.ts";
import { openTerraform } from "../ground/terraform.ts";

// The predecessor's account, from what is public of it: names, settings and policies, none of its code. Written out:
// nothing here comes from contract/, which says the same a second time.

const BUCKET = `nops-container-cost-${EMULATED_ACCOUNT}`;
const BUCKET_ARNS = [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`];
export const READER = "nops-integration";
export const OLD_RULE = "nops-container-cost-scheduled-check-event-rule";
export const OLD_CLUSTER_ROLE = "nops-ccost-prod_us-east-1";
/** Its second way to the same rights: an edition with a managed policy instead of an inline one. */
export const OLD_MANAGED_POLICY = "nops-container-cost-lambda-policy";

/** Lets its Lambdas make any role. */
const ANY_ROLE = {
  Effect: "Allow",
  Action: ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:DeleteRole", "iam:ListRoles"],
  Resource: "*",
};

const document = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

const trust = (principal: object): string =>
  document({ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" });

const ISSUER = "oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E";

/** Its agent's service account by web identity; it checks no audience. */
const CLUSTER_TRUST = document({
  Effect: "Allow",
  Principal: { Federated: `arn:aws:iam::${EMULATED_ACCOUNT}:oidc-provider/${ISSUER}` },
  Action: "sts:AssumeRoleWithWebIdentity",
  Condition: { StringEquals: { [`${ISSUER}:sub`]: "system:serviceaccount:nops:nops-container-insights" } },
});

const BUCKET_RESOURCES = {
  aws_s3_bucket: { old: { bucket: BUCKET } },
  aws_s3_bucket_server_side_encryption_configuration: {
    old: {
      bucket: "${aws_s3_bucket.old.id}",
      rule: { apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } },
    },
  },
  aws_s3_bucket_ownership_controls: {
    old: { bucket: "${aws_s3_bucket.old.id}", rule: { object_ownership: "BucketOwnerPreferred" } },
  },
  aws_s3_bucket_public_access_block: {
    old: {
      bucket: "${aws_s3_bucket.old.id}",
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    },
  },
  aws_s3_bucket_policy: {
    old: {
      bucket: "${aws_s3_bucket.old.id}",
      policy: JSON.stringify({
        Version: "2008-10-17",
        Statement: [
          {
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: BUCKET_ARNS,
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ],
      }),
    },
  },
};

const READ_POLICY = document({
  Effect: "Allow",
  Action: ["s3:GetObject", "s3:ListBucket"],
  Resource: BUCKET_ARNS,
});

const WRITE_POLICY = document({
  Effect: "Allow",
  Action: ["s3:PutObject", "s3:GetObject", "s3:ListBucket"],
  Resource: BUCKET_ARNS,
});

/** What it has without an IAM user. */
export const WITH_LAMBDAS = {
  ...BUCKET_RESOURCES,
  aws_iam_role: {
    reader: { name: READER, assume_role_policy: trust({ AWS: `arn:aws:iam::${EMULATED_ACCOUNT}:root` }) },
    lambda: {
      name: "nops-container-cost-lambda",
      assume_role_policy: trust({ Service: "lambda.amazonaws.com" }),
    },
    cluster: {
      name: OLD_CLUSTER_ROLE,
      assume_role_policy: CLUSTER_TRUST,
    },
  },
  aws_iam_role_policy: {
    reader: { name: "container-cost-read-only", role: "${aws_iam_role.reader.name}", policy: READ_POLICY },
    lambda: {
      name: "nops-container-cost-lambda-policy",
      role: "${aws_iam_role.lambda.name}",
      policy: document(ANY_ROLE),
    },
    cluster: { name: "S3Policy", role: "${aws_iam_role.cluster.name}", policy: WRITE_POLICY },
  },
  aws_iam_policy: { lambda: { name: OLD_MANAGED_POLICY, policy: document(ANY_ROLE) } },
  aws_iam_role_policy_attachment: {
    basic: {
      role: "${aws_iam_role.lambda.name}",
      policy_arn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    },
    managed: { role: "${aws_iam_role.lambda.name}", policy_arn: "${aws_iam_policy.lambda.arn}" },
  },
  aws_lambda_function: { creation: oldFunction("role-creation"), management: oldFunction("role-management") },
  // As Lambda makes them when a function first runs.
  aws_cloudwatch_log_group: {
    creation: { name: "/aws/lambda/nops-container-cost-agent-role-creation" },
    management: { name: "/aws/lambda/nops-container-cost-agent-role-management" },
  },
  aws_cloudwatch_event_rule: { check: { name: OLD_RULE, schedule_expression: "rate(2 hours)" } },
  aws_cloudwatch_event_target: {
    check: { rule: "${aws_cloudwatch_event_rule.check.name}", arn: "${aws_lambda_function.management.arn}" },
  },
  aws_lambda_permission: {
    check: {
      statement_id: "AllowExecutionFromCloudWatch",
      action: "lambda:InvokeFunction",
      function_name: "${aws_lambda_function.management.function_name}",
      principal: "events.amazonaws.com",
      source_arn: "${aws_cloudwatch_event_rule.check.arn}",
    },
  },
};

/** What it has with an IAM user. */
export const WITH_USER = {
  ...BUCKET_RESOURCES,
  aws_iam_user: { agent: { name: "nops-container-cost-s3" } },
  aws_iam_user_policy: {
    agent: { name: "nops-container-cost-x7f3-s3", user: "${aws_iam_user.agent.name}", policy: WRITE_POLICY },
  },
};

function oldFunction(name: string): object {
  return {
    function_name: `nops-container-cost-agent-${name}`,
    role: "${aws_iam_role.lambda.arn}",
    handler: "index.lambda_handler",
    runtime: "python3.10",
    timeout: 60,
    filename: "index.zip",
    environment: {
      variables: { IncludeRegions: "us-east-1", AccountId: EMULATED_ACCOUNT, Token: "", Env: "PROD" },
    },
  };
}

/** Puts the predecessor's resources into the emulated account, with a Terraform state that nobody keeps. */
export async function makePredecessor(
  folder: string,
  url: string,
  region: string,
  resources: object,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const code = "def lambda_handler(event, context):\n    return {}\n";
  await writeFile(join(folder, "index.zip"), zip([{ name: "index.py", bytes: Buffer.from(code) }]));
  const config = { provider: { aws: {} }, resource: resources };
  await writeFile(join(folder, "main.tf.json"), JSON.stringify(config, undefined, 2));
  const log = join(folder, "terraform.log");
  const terraform = await openTerraform(folder, emulatorEnv(url, region), log);
  await terraform.run(["init", "-no-color"]);
  await terraform.run(["apply", "-auto-approve", "-no-color"]);
}
