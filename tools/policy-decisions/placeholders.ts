import { clusterArn } from "../../contract/cluster-arn.ts";
import { clusterRoleArn, DEFAULT_NAME_PREFIX, deploymentNames } from "../../contract/names.ts";
import { clusterPrefix, DEFAULT_KEY_PREFIX } from "../../contract/object-keys.ts";
import type { Context } from "./decision.ts";

/** Where a deployment with default names is. */
export interface Place {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}

/** What a placeholder stands for, in words, for who reads the table. */
export const PLACEHOLDERS = {
  bucket: "the deployment's bucket",
  deployment: "the bucket's name, which is the deployment's id",
  own: "the prefix of the cluster `prod` in the bucket",
  "own prefix": "the same without the bucket",
  neighbour: "the prefix of the cluster `prod-2`: a name that begins with the other's",
  "neighbour prefix": "the same without the bucket",
  "other bucket": "a bucket of the same account that is not the deployment's",
  role: "the role of the cluster `prod`, below the deployment's role path",
  "role beside": "a role that is named like a cluster's, but not below the path",
  "execution role": "the role of both Lambdas",
  boundary: "the deployment's permissions boundary",
  "other policy": "any other managed policy of the account",
  "administrator policy": "AWS's own `AdministratorAccess`",
  cluster: "the EKS cluster `prod`",
  "cluster elsewhere": "the same cluster of another account",
  "creation logs": "the log group of the role-creation Lambda",
  "management logs": "the log group of the role-management Lambda",
  key: "the bucket's KMS key",
  "other key": "any other KMS key of the account",
  "via S3": "S3 of the bucket's region, as `kms:ViaService` names it",
  "via Lambda": "Lambda of that region",
  user: "the name of the user of `create_iam_user`",
  account: "the deployment's account",
  iam: "the beginning of an IAM ARN of the account",
} as const;

export type Placeholder = keyof typeof PLACEHOLDERS;

const OTHER_ACCOUNT = "210987654321";

/** What each placeholder is in one place. */
export function placeholderValues(place: Place): Readonly<Record<Placeholder, string>> {
  const { partition, account, region } = place;
  const names = deploymentNames(DEFAULT_NAME_PREFIX, account);
  const bucket = `arn:${partition}:s3:::${names.bucket}`;
  const prefix = (name: string): string => clusterPrefix(DEFAULT_KEY_PREFIX, { account, region, name });
  const iam = `arn:${partition}:iam::${account}`;
  const key = `arn:${partition}:kms:${region}:${account}:key`;
  const logs = (name: string): string =>
    `arn:${partition}:logs:${region}:${account}:log-group:/aws/lambda/${name}`;
  const suffix = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  return {
    bucket,
    deployment: names.bucket,
    own: `${bucket}/${prefix("prod")}`,
    "own prefix": prefix("prod"),
    neighbour: `${bucket}/${prefix("prod-2")}`,
    "neighbour prefix": prefix("prod-2"),
    "other bucket": `arn:${partition}:s3:::another-bucket`,
    role: clusterRoleArn(DEFAULT_NAME_PREFIX, { ...place, name: "prod" }),
    "role beside": `${iam}:role/${DEFAULT_NAME_PREFIX}-prod_${region}`,
    "execution role": `${iam}:role/${names.lambdaRole}`,
    boundary: `${iam}:policy/${names.boundary}`,
    "other policy": `${iam}:policy/another`,
    "administrator policy": `arn:${partition}:iam::aws:policy/AdministratorAccess`,
    cluster: clusterArn({ ...place, name: "prod" }),
    "cluster elsewhere": clusterArn({ ...place, account: OTHER_ACCOUNT, name: "prod" }),
    "creation logs": logs(names.creationFunction),
    "management logs": logs(names.managementFunction),
    key: `${key}/11111111-2222-3333-4444-555555555555`,
    "other key": `${key}/99999999-2222-3333-4444-555555555555`,
    "via S3": `s3.${region}.${suffix}`,
    "via Lambda": `lambda.${region}.${suffix}`,
    user: names.user,
    account,
    iam,
  };
}

/**
 * Puts the values in the place of a text's placeholders.
 * @throws Error naming a placeholder that is not in {@link PLACEHOLDERS}
 */
export function fill(text: string, values: Readonly<Record<Placeholder, string>>): string {
  return text.replaceAll(/\{([^}]+)\}/g, (_, name: string) => {
    if (!(name in values)) throw new Error(`"${text}" holds the placeholder "${name}", which does not exist`);
    return values[name as Placeholder];
  });
}

/** {@link fill} for every value of a request's context. */
export function fillContext(
  context: Context,
  values: Readonly<Record<Placeholder, string>>,
): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(context).map(([key, value]) => [
      key,
      typeof value === "string" ? fill(value, values) : value.map((each) => fill(each, values)),
    ]),
  );
}
