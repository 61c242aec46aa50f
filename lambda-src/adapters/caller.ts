import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { clientOptions } from "./client-options.ts";

/** Whose credentials these are. For a person's dry run; the Lambdas read their own ARN instead. */
export async function readCaller(region: string): Promise<{ partition: string; account: string }> {
  const client = new STSClient({ ...clientOptions(region), maxAttempts: 2 });
  const { Arn, Account } = await client.send(new GetCallerIdentityCommand({}));
  const partition = Arn?.split(":")[1];
  if (!partition || !Account) throw new Error(`GetCallerIdentity answered without an ARN or account`);
  return { partition, account: Account };
}
