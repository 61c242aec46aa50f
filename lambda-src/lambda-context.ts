/** What is used of the context that Lambda hands to a handler. */
export interface LambdaContext {
  readonly invokedFunctionArn: string;
  getRemainingTimeInMillis(): number;
}

/** Where the function runs: read from its own ARN, so that no permission and no call is needed. */
export interface Caller {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** @throws Error naming the value when it is no function ARN */
export function callerOf(functionArn: string): Caller {
  const match = /^arn:([^:]+):lambda:([^:]+):(\d{12}):function:/.exec(functionArn);
  if (!match) throw new Error(`"${functionArn}" is not the ARN of a Lambda function`);
  const [, partition, region, account] = match as unknown as [string, string, string, string];
  return { partition, region, account };
}
