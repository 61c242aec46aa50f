import type { Command } from "commander";
import { DEFAULT_NAME_PREFIX } from "../../contract/names.ts";
import { DEFAULT_KEY_PREFIX } from "../../contract/object-keys.ts";
import {
  invalidRegions,
  parseClusterPatterns,
  parseEncryptionKey,
  parseRegions,
} from "../../lambda-src/env.ts";
import { readNames } from "../import-blocks.ts";
import { flag, readKeyPrefix } from "../options.ts";
import type { Problems } from "../problems.ts";
import type { OutputFlags } from "../terminal.ts";
import type { AccountQuestion } from "./account.ts";

/** What the deployment in the account is like: the account stack's variables, as flags. */
export interface AccountFlags extends OutputFlags {
  readonly regions?: string;
  readonly namePrefix: string;
  readonly bucket?: string;
  readonly formerBucket?: string;
  readonly keyPrefix: string;
  readonly boundaryArn?: string;
  readonly orphanGraceHours: string;
  readonly maxDeletesPerRun: string;
  readonly clusterInclude?: string;
  readonly clusterExclude?: string;
  readonly podIdentityClusters?: string;
  readonly kmsKeyArn?: string;
}

/** Adds the flags of {@link AccountFlags}. */
export function addAccountFlags(command: Command): Command {
  return command
    .addOption(flag("--regions <list>", "regions to look at, comma-separated"))
    .addOption(flag("--name-prefix <prefix>", "name prefix of the deployment", DEFAULT_NAME_PREFIX))
    .addOption(flag("--bucket <name>", "bucket of the deployment (default: <name prefix>-<account>)"))
    .addOption(
      flag("--former-bucket <name>", "bucket that the deployment had before: its roles are taken over"),
    )
    .addOption(flag("--key-prefix <prefix>", "key prefix of the deployment", DEFAULT_KEY_PREFIX))
    .addOption(flag("--boundary-arn <arn>", "boundary of the roles (default: policy <name prefix>-boundary)"))
    .addOption(flag("--orphan-grace-hours <n>", "hours for which a role outlives its cluster", "24"))
    .addOption(flag("--max-deletes-per-run <n>", "hold all deletions when more are due", "10"))
    .addOption(flag("--cluster-include <list>", "patterns of the clusters' names (default: all)"))
    .addOption(flag("--cluster-exclude <list>", "patterns of clusters that are left alone (default: none)"))
    .addOption(
      flag("--pod-identity-clusters <list>", "patterns of clusters that use Pod Identity (default: none)"),
    )
    .addOption(
      flag("--kms-key-arn <arn>", "what the bucket encrypts with (default: no key of the account's)"),
    );
}

/** Adds `--inventory`. */
export function addInventoryFlag(command: Command, description: string): Command {
  return command.addOption(flag("--inventory <file>", description));
}

/** A whole number. @throws Error that names the flag */
export function wholeNumber(name: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`${name} "${text}" is not a whole number; for example ${name} 24`);
}

function readRegions(list: string | undefined, hint: string, problems: Problems): string[] {
  const given = problems.required("--regions", list, `eu-west-1,us-east-1${hint}`);
  const regions = given === undefined ? [] : parseRegions(given, "");
  for (const region of invalidRegions(regions)) {
    problems.add(
      `--regions names "${region}", which is no region; for example --regions eu-west-1,us-east-1`,
    );
  }
  return regions;
}

function readBoundary(arn: string | undefined): string | undefined {
  if (arn === undefined || /^arn:[^:]+:iam::(\d{12}|aws):policy\/./.test(arn)) return arn;
  throw new Error(
    `--boundary-arn "${arn}" is not the ARN of an IAM policy; for example --boundary-arn arn:aws:iam::123456789012:policy/boundary`,
  );
}

/**
 * What the flags say about the deployment; of use only when no problem was added. `regionsHint` follows the example for
 * a missing `--regions`.
 */
export function readQuestion(flags: AccountFlags, problems: Problems, regionsHint = ""): AccountQuestion {
  const [first = "", ...others] = readRegions(flags.regions, regionsHint, problems);
  const patterns = (name: string, list = ""): string[] =>
    problems.attempt(() => parseClusterPatterns(list), `${name} `) ?? [];
  const count = (name: string, text: string): number => problems.attempt(() => wholeNumber(name, text)) ?? 0;
  readNames(flags, problems);
  if (flags.formerBucket !== undefined && flags.formerBucket === flags.bucket) {
    problems.add(
      `--former-bucket "${flags.formerBucket}" is the bucket that the deployment has; give the one that it had before`,
    );
  }
  return {
    regions: [first, ...others],
    namePrefix: flags.namePrefix,
    keyPrefix: problems.attempt(() => readKeyPrefix(flags.keyPrefix)) ?? "",
    bucket: flags.bucket,
    formerBucket: flags.formerBucket,
    boundaryArn: problems.attempt(() => readBoundary(flags.boundaryArn)),
    orphanGraceHours: count("--orphan-grace-hours", flags.orphanGraceHours),
    maxDeletesPerRun: count("--max-deletes-per-run", flags.maxDeletesPerRun),
    clusterInclude: patterns("--cluster-include", flags.clusterInclude),
    clusterExclude: patterns("--cluster-exclude", flags.clusterExclude),
    podIdentityClusters: patterns("--pod-identity-clusters", flags.podIdentityClusters),
    encryptionKey: problems.attempt(() => parseEncryptionKey(flags.kmsKeyArn ?? ""), "--kms-key-arn "),
  };
}
