import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { deploymentNames } from "../../../contract/names.ts";
import { bundleReconciler, type RECONCILER_ENTRIES } from "../../../stacks/reconciler-bundle.ts";
import { ACCOUNT, deployment } from "../../fakes/fake-account.ts";
import { LocalLambda } from "./local-lambda.ts";
import { unpackArchive } from "./unpack.ts";

/** How one of the reconciler's functions is set up. */
export interface ReconcilerLambdaOptions {
  readonly entry: (typeof RECONCILER_ENTRIES)[number];
  /** Of the loopback AWS. */
  readonly endpoint: string;
  readonly regions: readonly string[];
  /** Settings beside or in place of the usual ones; undefined takes one away. */
  readonly settings?: Readonly<Record<string, string | undefined>>;
  readonly memoryMiB?: number;
  readonly timeoutMs?: number;
}

/** Makes the archive that is deployed and unpacks it, both below `directory`. @returns the folder with the code */
export async function unpackReconciler(directory: string): Promise<string> {
  const archive = await bundleReconciler(join(directory, "archive"));
  const code = mkdtempSync(join(directory, "code-"));
  unpackArchive(archive.path, code);
  return code;
}

/** One of the two functions as the account stack deploys it, over a loopback AWS. */
export function reconcilerLambda(code: string, options: ReconcilerLambdaOptions): LocalLambda {
  const { entry, endpoint, regions, settings, memoryMiB = 512, timeoutMs = 300_000 } = options;
  const { bucket, namePrefix, boundaryArn } = deployment();
  const names = deploymentNames(namePrefix, ACCOUNT);
  const functionName = entry === "role-creation" ? names.creationFunction : names.managementFunction;
  const environment = {
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_ENDPOINT_URL: endpoint,
    DEPLOYMENT_BUCKET: bucket,
    NAME_PREFIX: namePrefix,
    INCLUDE_REGIONS: regions.join(","),
    BOUNDARY_ARN: boundaryArn,
    ...settings,
  };
  return new LocalLambda({
    code,
    handler: `${entry}.handler`,
    functionArn: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:${functionName}`,
    memoryMiB,
    timeoutMs,
    environment: Object.fromEntries(
      Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
  });
}
