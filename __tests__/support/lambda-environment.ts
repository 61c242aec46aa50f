import { AwsServer } from "../fakes/aws-server.ts";
import { ACCOUNT, deployment, FakeAccount } from "../fakes/fake-account.ts";

/** An entry of the Lambdas in this process: a fake account on loopback, the function's environment, and its log. */
export interface LambdaEnvironment {
  readonly account: FakeAccount;
  readonly server: AwsServer;
  /** Every line of the log, parsed. */
  readonly lines: Record<string, unknown>[];
  /** What Lambda hands to the handler. */
  readonly context: { readonly invokedFunctionArn: string; getRemainingTimeInMillis(): number };
  /** The report in the bucket; null when there is none. */
  report(): unknown;
  /** Puts environment and log back. */
  close(): Promise<void>;
}

const REPORT = `/nops-container-cost-${ACCOUNT}/control/role-reconcile/latest.json`;

/** Opens it for a function in `region`; `settings` are variables of its environment besides the usual ones. */
export async function openLambdaEnvironment(
  region: string,
  settings: Readonly<Record<string, string>> = {},
  account = new FakeAccount(),
): Promise<LambdaEnvironment> {
  const environment = { ...process.env };
  const { log } = console;
  const server = new AwsServer(account);
  const lines: Record<string, unknown>[] = [];
  console.log = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: await server.start(),
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_REGION: region,
    DEPLOYMENT_BUCKET: deployment().bucket,
    NAME_PREFIX: "nops-container-cost",
    INCLUDE_REGIONS: "eu-west-1, us-east-1",
    BOUNDARY_ARN: deployment().boundaryArn,
    ...settings,
  });
  return {
    account,
    server,
    lines,
    context: {
      invokedFunctionArn: `arn:aws:lambda:${region}:${ACCOUNT}:function:nops-container-cost-agent-role-management`,
      getRemainingTimeInMillis: () => 300_000,
    },
    report: () => JSON.parse(server.objects.get(REPORT) ?? "null") as unknown,
    async close() {
      console.log = log;
      process.env = environment;
      await server.stop();
    },
  };
}
