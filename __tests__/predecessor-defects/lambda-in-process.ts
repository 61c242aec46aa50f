import { handler as createRoles } from "../../lambda-src/role-creation.ts";
import { handler as manageRoles } from "../../lambda-src/role-management.ts";
import type { FakeAccount } from "../fakes/fake-account.ts";
import { openLambdaEnvironment } from "../support/lambda-environment.ts";

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
  const { lines, context, close } = await openLambdaEnvironment("eu-west-1", settings, account);
  try {
    await use({
      apply: (action) => createRoles({ tf: { action } }, context),
      scheduled: () => manageRoles({}, context),
      lines,
    });
  } finally {
    await close();
  }
}
