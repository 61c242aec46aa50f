import { ListPoliciesCommand, ListRolesCommand, ListUsersCommand } from "@aws-sdk/client-iam";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import type { EmulatedAws } from "../account/aws.ts";
import { askAws } from "./ask-aws.ts";

/**
 * Everything of the kinds that the stack can make, in the whole emulated account, as "kind name" in order: what is there
 * before an apply has to be there, and nothing else, after a destroy.
 */
export async function listInventory(url: string, aws: EmulatedAws): Promise<string[]> {
  const lists = await Promise.all([
    listStorageAndAccess(aws),
    listReconciler(url),
    listBesideReconciler(url),
  ]);
  return lists.flat().sort();
}

async function listStorageAndAccess({ iam, s3 }: EmulatedAws): Promise<string[]> {
  const { Buckets = [] } = await s3.send(new ListBucketsCommand());
  const { Roles = [] } = await iam.send(new ListRolesCommand());
  const { Users = [] } = await iam.send(new ListUsersCommand());
  const { Policies = [] } = await iam.send(new ListPoliciesCommand({ Scope: "Local" }));
  return [
    ...Buckets.map(({ Name }) => `bucket ${Name}`),
    ...Roles.map(({ Path, RoleName }) => `role ${Path}${RoleName}`),
    ...Users.map(({ Path, UserName }) => `user ${Path}${UserName}`),
    ...Policies.map(({ Path, PolicyName }) => `policy ${Path}${PolicyName}`),
  ];
}

async function listReconciler(url: string): Promise<string[]> {
  const response = await fetch(`${url}/2015-03-31/functions`);
  const { Functions } = (await response.json()) as { Functions: { FunctionName: string }[] };
  const { logGroups } = await askAws<{ logGroups: { logGroupName: string }[] }>(
    url,
    "logs",
    "Logs_20140328.DescribeLogGroups",
  );
  const { Rules } = await askAws<{ Rules: { Name: string }[] }>(url, "events", "AWSEvents.ListRules");
  return [
    ...Functions.map(({ FunctionName }) => `function ${FunctionName}`),
    ...logGroups.map(({ logGroupName }) => `log group ${logGroupName}`),
    ...Rules.map(({ Name }) => `rule ${Name}`),
  ];
}

async function listBesideReconciler(url: string): Promise<string[]> {
  const { QueueUrls = [] } = await askAws<{ QueueUrls?: string[] }>(url, "sqs", "AmazonSQS.ListQueues");
  const { MetricAlarms } = await askAws<{ MetricAlarms: { AlarmName: string }[] }>(
    url,
    "monitoring",
    "GraniteServiceVersion20100801.DescribeAlarms",
  );
  const { DatabaseList } = await askAws<{ DatabaseList: { Name: string }[] }>(
    url,
    "glue",
    "AWSGlue.GetDatabases",
  );
  return [
    ...QueueUrls.map((queue) => `queue ${queue.split("/").at(-1)}`),
    ...MetricAlarms.map(({ AlarmName }) => `alarm ${AlarmName}`),
    ...DatabaseList.map(({ Name }) => `database ${Name}`),
  ];
}
