import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { TerraformLocal, Token, type TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import type { AccountContext } from "./account-context.ts";
import type { AccountDeadLetters } from "./account-dead-letters.ts";
import type { AccountLambdaRole } from "./account-lambda-role.ts";
import { whether } from "./account-switches.ts";
import { QUERY_TABLES } from "./account-tables.ts";
import { countIf, withId } from "./terraform-expressions.ts";

/**
 * Terraform's apply waits for role creation, and a connection on which nothing moves for 350 seconds is one that NAT
 * gateways and load balancers drop. Role management waits for nobody: it has the longest time that Lambda gives.
 */
const TIMEOUT_SECONDS = { "role-creation": 300, "role-management": 900 } as const;
/** CPU comes with memory. With 256 MiB a run over a thousand clusters takes about a minute, all of it computing (`npm run bench:roles`). */
const MEMORY_MIB = 512;

export interface AccountLambdasProps {
  readonly context: AccountContext;
  readonly role: AccountLambdaRole;
  readonly deadLetters: AccountDeadLetters;
  /** The archive with both Lambdas' code. */
  readonly archive: TerraformAsset;
  /** Base64 sha256 of the archive. */
  readonly codeSha256: string;
}

/** Two Lambdas from one archive: role creation, called by Terraform, and role management, called by the schedule. */
export class AccountLambdas extends Construct {
  readonly creation: LambdaFunction;
  readonly management: LambdaFunction;
  /** Expression, without `${}`, of the environment of both. */
  readonly settings: string;

  constructor(scope: Construct, id: string, props: AccountLambdasProps) {
    super(scope, id);
    const { context, role, deadLetters } = props;
    const settings = new TerraformLocal(this, "settings", reconcilerSettings(context));
    this.settings = withId(settings, "reconciler_settings").fqn;
    const add = (
      logicalId: string,
      entry: keyof typeof TIMEOUT_SECONDS,
      functionName: string,
      description: string,
    ): LambdaFunction =>
      withId(
        new LambdaFunction(this, entry, {
          count: countIf(whether("manage_roles")),
          functionName,
          description,
          role: role.arn,
          // nodejs22.x: the AWS SDK for JavaScript needs Node 22 from January 2027 on.
          runtime: "nodejs22.x",
          architectures: ["arm64"],
          handler: `${entry}.handler`,
          filename: `\${path.module}/${props.archive.path}`,
          sourceCodeHash: props.codeSha256,
          timeout: TIMEOUT_SECONDS[entry],
          memorySize: MEMORY_MIB,
          reservedConcurrentExecutions: context.variables.reserved_concurrency.numberValue,
          deadLetterConfig: { targetArn: deadLetters.arn },
          environment: { variables: Token.asStringMap(`\${${this.settings}}`) },
          tags: context.tags,
          // A log group that Lambda itself creates would have no retention, and would be in Terraform's way. For a
          // queue of dead letters Lambda asks whether the role may send to it.
          dependsOn: [...role.needed, ...deadLetters.needed],
        }),
        logicalId,
      );
    const { creationFunction, managementFunction } = context.names;
    this.creation = add("role_creation", "role-creation", creationFunction, "Makes the clusters' roles");
    this.management = add(
      "role_management",
      "role-management",
      managementFunction,
      "Keeps the clusters' roles",
    );
  }
}

/** The settings that `lambda-src/env.ts` reads. */
function reconcilerSettings(context: AccountContext): Record<string, string> {
  const { variables, names } = context;
  return {
    DEPLOYMENT_BUCKET: names.bucket,
    NAME_PREFIX: variables.name_prefix.stringValue,
    KEY_PREFIX: variables.key_prefix.stringValue,
    INCLUDE_REGIONS: variables.include_regions.stringValue,
    BOUNDARY_ARN: context.roleBoundaryArn,
    ORPHAN_GRACE_HOURS: variables.orphan_grace_hours.stringValue,
    MAX_DELETES_PER_RUN: variables.max_deletes_per_run.stringValue,
    CLUSTER_INCLUDE: '${join(",", var.cluster_include)}',
    CLUSTER_EXCLUDE: '${join(",", var.cluster_exclude)}',
    POD_IDENTITY_CLUSTERS: '${join(",", var.pod_identity_clusters)}',
    QUERY_TABLES: `\${var.create_query_tables ? "${QUERY_TABLES.join(",")}" : ""}`,
    KMS_KEY_ARN: `\${${whether("use_kms")} ? var.kms_key_arn : ""}`,
    DELETE_ROLES_ON_DESTROY: variables.delete_roles_on_destroy.stringValue,
  };
}
