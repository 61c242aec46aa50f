import { clusterArn } from "../../contract/cluster-arn.ts";
import {
  clusterRoleArn,
  DEFAULT_NAME_PREFIX,
  deploymentNames,
  forwardingRoleName,
  queryDatabaseName,
  type DeploymentNames,
} from "../../contract/names.ts";
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
  association: "a Pod Identity association of the cluster `prod`",
  "association elsewhere": "one of another account",
  "creation logs": "the log group of the role-creation Lambda",
  "management logs": "the log group of the role-management Lambda",
  key: "the bucket's KMS key",
  "other key": "any other KMS key of the account",
  reader: "a role of another account that `additional_reader_arns` names",
  "replication role": "the role of the replication",
  "central bucket": "the central bucket, in another account",
  copy: "where copies of the account's data go in the central bucket",
  "central key": "the central bucket's KMS key",
  "dead letters": "the queue of the dead letters",
  "other queue": "any other queue of the account",
  rule: "the rule that calls the role-management Lambda",
  "events rule": "the rule that calls it when something happens to a cluster",
  "forwarding rule": "the rule of the module `region-events`, in another region",
  "forwarding role": "the role with which its events are put on the home region's bus",
  "home bus": "the default event bus of the deployment's region",
  "other bus": "any other bus of that region",
  "bus elsewhere": "the default bus of the other region",
  "other rule": "any other rule of the account",
  catalog: "the account's Glue catalog in the bucket's region",
  "catalog elsewhere": "that of another account",
  "query database": "the deployment's Glue database",
  "query tables": "the tables in it, before their name",
  "other database": "any other Glue database of the account",
  "other tables": "the tables in that one, before their name",
  "via S3": "S3 of the bucket's region, as `kms:ViaService` names it",
  "via S3 elsewhere": "S3 of the central bucket's region",
  "via Lambda": "Lambda of that region",
  user: "the name of the user of `create_iam_user`",
  account: "the deployment's account",
  "other account": "any other account",
  iam: "the beginning of an IAM ARN of the account",
} as const;

export type Placeholder = keyof typeof PLACEHOLDERS;

/** Another account: of the central bucket, of the additional reader, of a stranger. */
export const OTHER_ACCOUNT = "210987654321";

/** Another region of each partition, for the central bucket and for events that are forwarded. */
export const OTHER_REGION: Readonly<Record<string, string>> = {
  aws: "us-east-1",
  "aws-cn": "cn-northwest-1",
  "aws-us-gov": "us-gov-east-1",
};

/** A value for each placeholder. */
export type PlaceholderValues = Readonly<Record<Placeholder, string>>;

/** What each placeholder is in one place. */
export function placeholderValues(place: Place): PlaceholderValues {
  const names = deploymentNames(DEFAULT_NAME_PREFIX, place.account);
  return {
    ...bucketValues(place, names),
    ...identityValues(place, names),
    ...keyValues(place),
    ...serviceValues(place, names),
    ...glueValues(place),
    ...eventValues(place, names),
    account: place.account,
    "other account": OTHER_ACCOUNT,
  };
}

function bucketValues({ partition, account, region }: Place, names: DeploymentNames) {
  const bucket = `arn:${partition}:s3:::${names.bucket}`;
  const centralBucket = `arn:${partition}:s3:::central-view`;
  const prefix = (name: string): string => clusterPrefix(DEFAULT_KEY_PREFIX, { account, region, name });
  return {
    bucket,
    deployment: names.bucket,
    own: `${bucket}/${prefix("prod")}`,
    "own prefix": prefix("prod"),
    neighbour: `${bucket}/${prefix("prod-2")}`,
    "neighbour prefix": prefix("prod-2"),
    "other bucket": `arn:${partition}:s3:::another-bucket`,
    "central bucket": centralBucket,
    copy: `${centralBucket}/${prefix("prod")}`,
  };
}

function identityValues(place: Place, names: DeploymentNames) {
  const iam = `arn:${place.partition}:iam::${place.account}`;
  return {
    iam,
    role: clusterRoleArn(DEFAULT_NAME_PREFIX, { ...place, name: "prod" }),
    "role beside": `${iam}:role/${DEFAULT_NAME_PREFIX}-prod_${place.region}`,
    "execution role": `${iam}:role/${names.lambdaRole}`,
    "replication role": `${iam}:role/${names.replicationRole}`,
    boundary: `${iam}:policy/${names.boundary}`,
    "other policy": `${iam}:policy/another`,
    "administrator policy": `arn:${place.partition}:iam::aws:policy/AdministratorAccess`,
    user: names.user,
    reader: `arn:${place.partition}:iam::${OTHER_ACCOUNT}:role/analysts`,
  };
}

function keyValues({ partition, account, region }: Place) {
  const elsewhere = OTHER_REGION[partition] ?? region;
  const key = `arn:${partition}:kms:${region}:${account}:key`;
  // KMS names services alike in all partitions.
  const via = (service: string, at: string): string => `${service}.${at}.amazonaws.com`;
  return {
    key: `${key}/1234abcd-12ab-34cd-56ef-1234567890ab`,
    "other key": `${key}/99999999-12ab-34cd-56ef-1234567890ab`,
    "central key": `arn:${partition}:kms:${elsewhere}:${OTHER_ACCOUNT}:key/9876fedc-98fe-76dc-54ba-0987654321fe`,
    "via S3": via("s3", region),
    "via S3 elsewhere": via("s3", elsewhere),
    "via Lambda": via("lambda", region),
  };
}

function serviceValues(place: Place, names: DeploymentNames) {
  const arn = (service: string, resource: string): string =>
    `arn:${place.partition}:${service}:${place.region}:${place.account}:${resource}`;
  return {
    cluster: clusterArn({ ...place, name: "prod" }),
    "cluster elsewhere": clusterArn({ ...place, account: OTHER_ACCOUNT, name: "prod" }),
    association: arn("eks", "podidentityassociation/prod/a-12345678901234567"),
    "association elsewhere": `arn:${place.partition}:eks:${place.region}:${OTHER_ACCOUNT}:podidentityassociation/prod/a-12345678901234567`,
    "creation logs": arn("logs", `log-group:/aws/lambda/${names.creationFunction}`),
    "management logs": arn("logs", `log-group:/aws/lambda/${names.managementFunction}`),
    "dead letters": arn("sqs", names.deadLetters),
    "other queue": arn("sqs", "another"),
  };
}

function eventValues({ partition, account, region }: Place, names: DeploymentNames) {
  const elsewhere = OTHER_REGION[partition] ?? region;
  const arn = (at: string, resource: string): string =>
    `arn:${partition}:events:${at}:${account}:${resource}`;
  return {
    rule: arn(region, `rule/${names.rule}`),
    "events rule": arn(region, `rule/${names.eventsRule}`),
    "other rule": arn(region, "rule/another"),
    "forwarding rule": arn(elsewhere, `rule/${names.eventsRule}`),
    "forwarding role": `arn:${partition}:iam::${account}:role/${forwardingRoleName(DEFAULT_NAME_PREFIX, elsewhere)}`,
    "home bus": arn(region, "event-bus/default"),
    "other bus": arn(region, "event-bus/another"),
    "bus elsewhere": arn(elsewhere, "event-bus/default"),
  };
}

function glueValues({ partition, account, region }: Place) {
  const glue = (owner: string): string => `arn:${partition}:glue:${region}:${owner}`;
  const database = queryDatabaseName(DEFAULT_NAME_PREFIX);
  return {
    catalog: `${glue(account)}:catalog`,
    "catalog elsewhere": `${glue(OTHER_ACCOUNT)}:catalog`,
    "query database": `${glue(account)}:database/${database}`,
    "query tables": `${glue(account)}:table/${database}`,
    "other database": `${glue(account)}:database/another`,
    "other tables": `${glue(account)}:table/another`,
  };
}

/**
 * Puts the values in the place of a text's placeholders.
 * @throws Error naming a placeholder that is not in {@link PLACEHOLDERS}
 */
export function fill(text: string, values: PlaceholderValues): string {
  return text.replaceAll(/\{([^}]+)\}/g, (_, name: string) => {
    if (!(name in values)) throw new Error(`"${text}" holds the placeholder "${name}", which does not exist`);
    return values[name as Placeholder];
  });
}

/** {@link fill} for every value of a request's context. */
export function fillContext(context: Context, values: PlaceholderValues): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(context).map(([key, value]) => [
      key,
      typeof value === "string" ? fill(value, values) : value.map((each) => fill(each, values)),
    ]),
  );
}
