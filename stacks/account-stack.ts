import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import { TerraformAsset, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { TakeOverGroupName } from "../contract/take-over.ts";
import { AccountAlarms } from "./account-alarms.ts";
import { AccountBucket } from "./account-bucket.ts";
import { AccountClusterUsers } from "./account-cluster-users.ts";
import { addAccountContext } from "./account-context.ts";
import { AccountDeadLetters } from "./account-dead-letters.ts";
import { AccountExclusive } from "./account-exclusive.ts";
import { AccountLambdaRole } from "./account-lambda-role.ts";
import { AccountLambdas } from "./account-lambdas.ts";
import { addAccountOutputs } from "./account-outputs.ts";
import { addAccountPostconditions } from "./account-postconditions.ts";
import { AccountReader } from "./account-reader.ts";
import { AccountReplication } from "./account-replication.ts";
import { AccountSchedule } from "./account-schedule.ts";
import { AccountTables } from "./account-tables.ts";
import { AccountUser } from "./account-user.ts";
import { demandForceDestroy } from "./destroy-guard.ts";
import { addImportBlocks } from "./import-existing.ts";
import { asModule, type TerraformJson } from "./module-json.ts";
import type { CodeArchive } from "./reconciler-bundle.ts";
import type { BackendConfig } from "./synth-config.ts";
import { addBackend, AWS_PROVIDER, requireVersions } from "./terraform-setup.ts";

/** A stack that is applied as it is, with a provider and a state of its own. */
interface RootBuild {
  readonly build?: "root";
  readonly backend: BackendConfig;
  /** @default the AWS provider's own, such as `AWS_REGION` */
  readonly region?: string | undefined;
  /** What the account has of the predecessor, to be imported. @default nothing */
  readonly importExisting?: readonly TakeOverGroupName[];
}

/** A stack that others call as a module: provider and state are its caller's. */
interface ModuleBuild {
  readonly build: "module";
}

export type AccountStackProps = (RootBuild | ModuleBuild) & {
  /** Code of both Lambdas. */
  readonly code: CodeArchive;
  /** Whether Terraform may destroy the bucket. @default false */
  readonly allowDestroy?: boolean;
};

/** Everything an AWS account needs once: bucket, read access, and either the role reconciler or an IAM user. */
export class AccountStack extends TerraformStack {
  readonly #build: "root" | "module";

  constructor(scope: Construct, id: string, props: AccountStackProps) {
    super(scope, id);
    this.#build = props.build ?? "root";
    if (props.build !== "module") addBackend(this, props.backend, "account");
    requireVersions(this, { aws: AWS_PROVIDER });
    // For a module, too: cdktf wants one in every stack that has resources.
    const region = props.build === "module" ? undefined : props.region;
    new AwsProvider(this, "aws", region === undefined ? {} : { region });

    const context = addAccountContext(this);
    if (props.allowDestroy === true) demandForceDestroy(context.variables.force_destroy);
    const bucket = new AccountBucket(this, "bucket", { context, allowDestroy: props.allowDestroy ?? false });
    const reader = new AccountReader(this, "reader", context);
    const replication = new AccountReplication(this, "replication", { context, bucket });
    const user = new AccountUser(this, "user", context);
    const clusterUsers = new AccountClusterUsers(this, "cluster-users", context);
    const role = new AccountLambdaRole(this, "lambda-role", context);
    addAccountPostconditions(this);
    new AccountAlarms(this, "alarms", context);
    new AccountExclusive(this, "exclusive");
    const deadLetters = new AccountDeadLetters(this, "dead-letters", context);
    const codeSha256 = props.code.sha256;
    // Directly below the stack: the construct's id is then the folder's name, without a hash of its path.
    const archive = new TerraformAsset(this, "role-reconciler", {
      path: props.code.path,
      assetHash: Buffer.from(codeSha256, "base64").toString("hex").slice(0, 16),
    });
    const lambdas = new AccountLambdas(this, "lambdas", { context, role, deadLetters, archive, codeSha256 });
    const tables = new AccountTables(this, "tables", context);
    new AccountSchedule(this, "schedule", {
      context,
      lambdas,
      deadLetters,
      codeSha256,
      needed: [...role.needed, ...bucket.needed, ...tables.needed],
    });
    if (props.build !== "module") addImportBlocks(this, context.names, props.importExisting ?? []);
    addAccountOutputs(this, {
      context,
      bucket,
      reader,
      replication,
      user,
      clusterUsers,
      lambdas,
      deadLetters,
      tables,
    });
  }

  override toTerraform(): TerraformJson {
    const json = super.toTerraform() as TerraformJson;
    return this.#build === "root" ? json : asModule(json);
  }
}
