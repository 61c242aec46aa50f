import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Testing } from "cdktf";
import { deploymentNames, DEFAULT_NAME_PREFIX, queryDatabaseName } from "../../contract/names.ts";
import { DEFAULT_KEY_PREFIX, dataPrefix } from "../../contract/object-keys.ts";
import type { PolicyDocument } from "../../contract/policy-document.ts";
import { AccountStack, type AccountStackProps } from "../../stacks/account-stack.ts";
import { zip } from "../../stacks/zip.ts";
import { ACCOUNT } from "./decide.ts";

/** A block of Terraform JSON. */
export type Block = Readonly<Record<string, unknown>>;

/** The synthesized account stack, without CDKTF's metadata. */
export interface AccountJson {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Block>>>>;
  readonly data: Readonly<Record<string, Readonly<Record<string, Block>>>>;
  readonly variable: Readonly<Record<string, Block>>;
  readonly output: Readonly<Record<string, Block>>;
  readonly locals: Block;
  readonly provider: Block;
  readonly terraform: Block;
}

/** Synthesizes the account stack with an archive that holds nothing, so that the result does not depend on the Lambdas' code. */
export function synthesizeAccount(props: Partial<AccountStackProps> = {}): AccountJson {
  const directory = mkdtempSync(join(tmpdir(), "container-insights-"));
  try {
    const path = join(directory, "role-reconciler.zip");
    writeFileSync(path, zip([]));
    const stack = new AccountStack(new App({ outdir: join(directory, "out") }), "account", {
      backend: { kind: "local", statePrefix: "../../../terraform-state" },
      code: { path, sha256: Buffer.alloc(32, 0xab).toString("base64") },
      ...props,
    });
    return JSON.parse(Testing.synth(stack, true)) as AccountJson;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Every resource as Terraform addresses it: `<type>.<id>`. */
export function addressesOf(json: AccountJson): string[] {
  return Object.entries(json.resource).flatMap(([type, blocks]) =>
    Object.keys(blocks).map((id) => `${type}.${id}`),
  );
}

/**
 * The block at `address`.
 * @throws Error when the stack has none
 */
export function resourceOf(json: AccountJson, address: string): Block {
  const [type = "", id = ""] = address.split(".");
  const block = json.resource[type]?.[id];
  if (!block) throw new Error(`"${address}" is not in the stack`);
  return block;
}

/** Everything that `address` waits for, directly or not: what Terraform destroys only after it. */
export function dependenciesOf(json: AccountJson, address: string, found = new Set<string>()): Set<string> {
  const text = JSON.stringify(resourceOf(json, address));
  for (const other of addressesOf(json)) {
    if (other === address || found.has(other)) continue;
    if (!new RegExp(`\\b${other.replace(".", "\\.")}\\b`).test(text)) continue;
    found.add(other);
    dependenciesOf(json, other, found);
  }
  return found;
}

/** The bucket's key, in the account of the tests. */
export const KEY_ARN = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

/** The central view's bucket and key, and a role that reads this bucket, all of another account. */
export const CENTRAL_ACCOUNT = "210987654321";
export const CENTRAL_BUCKET_ARN = "arn:aws:s3:::central-view";
export const CENTRAL_KEY_ARN = `arn:aws:kms:us-east-1:${CENTRAL_ACCOUNT}:key/9876fedc-98fe-76dc-54ba-0987654321fe`;
export const READER_ARN = `arn:aws:iam::${CENTRAL_ACCOUNT}:role/analysts`;

/** What the expressions of the account stack are worth in the account of the tests. */
const VALUES: Readonly<Record<string, string>> = {
  "data.aws_partition.current.partition": "aws",
  "data.aws_caller_identity.current.account_id": ACCOUNT,
  "data.aws_region.current.id": "eu-west-1",
  "var.name_prefix": DEFAULT_NAME_PREFIX,
  "var.kms_key_arn": KEY_ARN,
  "var.replication_bucket_arn": CENTRAL_BUCKET_ARN,
  "var.replication_kms_key_arn": CENTRAL_KEY_ARN,
  "var.additional_reader_arns": READER_ARN,
  "local.query_database": queryDatabaseName(DEFAULT_NAME_PREFIX),
  "local.data_prefix": dataPrefix(DEFAULT_KEY_PREFIX),
  "local.bucket_name": deploymentNames(DEFAULT_NAME_PREFIX, ACCOUNT).bucket,
  "local.role_boundary_arn": `arn:aws:iam::${ACCOUNT}:policy/${deploymentNames(DEFAULT_NAME_PREFIX, ACCOUNT).boundary}`,
};

/** The names of the deployment that {@link evaluatePolicy} evaluates for. */
export const NAMES = deploymentNames(DEFAULT_NAME_PREFIX, ACCOUNT);

/**
 * The document that Terraform makes of a resource's policy argument, which reads locals.
 * @param holds Conditions, as `local.use_kms`, that are true; all others are false
 * @throws Error when the expression is anything else, or reads something that is not known at plan
 */
export function evaluatePolicy(
  { locals }: Pick<AccountJson, "locals">,
  expression: unknown,
  holds: readonly string[] = [],
): PolicyDocument {
  const text = String(expression);
  const id = /^\$\{jsonencode\((?:\{ Version = )?local\.(\w+)/.exec(text)?.[1] ?? "";
  if (locals[id] === undefined) throw new Error(`"${text}" does not encode a local`);
  const document = known(locals[id]) as PolicyDocument;
  const conditional = [...text.matchAll(/\[for statement in local\.(\w+) : statement if (.+?)\]/g)];
  const more = conditional.flatMap(([, local = "", condition = ""]) =>
    holds.includes(condition) ? (known(locals[local]) as PolicyDocument["Statement"]) : [],
  );
  return { ...document, Statement: [...document.Statement, ...more] };
}

function known(value: unknown): unknown {
  const text = JSON.stringify(value).replaceAll(/\$\{([^}]+)\}/g, (_, reference: string) => {
    const found = VALUES[reference];
    if (found === undefined) throw new Error(`"${reference}" is not known at plan`);
    return found;
  });
  return JSON.parse(text);
}
