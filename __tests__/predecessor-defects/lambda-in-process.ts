import { handler as createRoles } from "../../lambda-src/role-creation.ts";
import { handler as manageRoles } from "../../lambda-src/role-management.ts";
import { AwsServer } from "../fakes/aws-server.ts";
import { ACCOUNT, deployment, type FakeAccount } from "../fakes/fake-account.ts";

const CONTEXT = {
  invokedFunctionArn: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:reconciler`,
  getRemainingTimeInMillis: () => 300_000,
};

/** Both functions as Lambda calls them, with the environment that Terraform gives them. */
export interface Lambdas {
  readonly apply: (action: "create" | "update" | "delete") => ReturnType<typeof createRoles>;
  readonly scheduled: () => ReturnType<typeof manageRoles>;
  /** What they logged, a line each. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
}

/** Runs the entries over the AWS SDK against `account` on loopback. `settings` are variables of their environment. */
export async function withLambdas(
  account: FakeAccount,
  settings: Readonly<Record<string, string>>,
  use: (lambdas: Lambdas) => Promise<void>,
): Promise<void> {
  const environment = process.env;
  const { log } = console;
  const server = new AwsServer(account);
  const lines: Record<string, unknown>[] = [];
  try {
    process.env = {
      ...environment,
      AWS_ENDPOINT_URL: await server.start(),
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_REGION: "eu-west-1",
      DEPLOYMENT_BUCKET: deployment().bucket,
      NAME_PREFIX: deployment().namePrefix,
      INCLUDE_REGIONS: "eu-west-1,us-east-1",
      BOUNDARY_ARN: deployment().boundaryArn,
      ...settings,
    };
    console.log = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
    await use({
      apply: (action) => createRoles({ tf: { action } }, CONTEXT),
      scheduled: () => manageRoles({}, CONTEXT),
      lines,
    });
  } finally {
    console.log = log;
    process.env = environment;
    await server.stop();
  }
}
