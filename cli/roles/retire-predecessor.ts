import { access, writeFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import type { Command } from "commander";
import { DEFAULT_NAME_PREFIX, deploymentNames } from "../../contract/names.ts";
import { DEFAULT_KEY_PREFIX } from "../../contract/object-keys.ts";
import { readCaller } from "../../lambda-src/adapters/caller.ts";
import { reasonOf } from "../../lambda-src/aws-errors.ts";
import { EXIT, exitWith } from "../exit-codes.ts";
import { readNames } from "../import-blocks.ts";
import { flag, readCount, readKeyPrefix } from "../options.ts";
import { Problems } from "../problems.ts";
import { Terminal, type OutputFlags } from "../terminal.ts";
import { openRoleArchive, type RoleArchive } from "./adapters/role-facts.ts";
import { asking } from "./account.ts";
import { confirm, whyNotAsking } from "./confirm.ts";
import { readPredecessorName } from "./predecessor-role.ts";
import { backupRole, restoreCommands } from "./role-backup.ts";
import { removals, retiredText, retirementText } from "./retire-text.ts";
import { judgeRetirement, type Retirement, type RetireQuestion } from "./retirement.ts";

/** At least 5, because IAM tells of a use up to four hours late: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html */
const WITHIN_HOURS = { min: 5, max: 168 } as const;

interface RetireFlags extends OutputFlags {
  readonly namePrefix: string;
  readonly bucket?: string;
  readonly keyPrefix: string;
  readonly withinHours: string;
  readonly evenIfUsed?: boolean;
  readonly backup?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** A role by name, and the flags, read. */
interface RetireRequest extends Omit<RetireQuestion, "partition" | "account" | "bucket"> {
  readonly region: string;
  readonly bucket: string | undefined;
  readonly backup: string;
}

const EXAMPLES = `
Examples:
  # what would be removed, or why the role has to stay; changes nothing
  $ npx container-insights roles retire-predecessor nops-ccost-prod_eu-west-1 --dry-run

  # shows it, asks, keeps the role in a file, and removes it
  $ npx container-insights roles retire-predecessor nops-ccost-prod_eu-west-1 --backup retired/prod.json

It removes one role, and only one that is the predecessor's: by name, path "/", a trust policy that lets in nobody but the
agent of its cluster's region, no policies but S3Policy and SQSPolicy, no instance profile and none of our tags. Its cluster
must have written a manifest to the bucket, and the role must have been unused, within --within-hours. Ends with 0 when it is
removed, or could be (--dry-run); with 1 when it has to stay, or nobody consented.
`;

/** Adds `container-insights roles retire-predecessor`: deletes one role of the predecessor, once its cluster writes with ours. */
export function registerRetirePredecessor(roles: Command): void {
  const command = roles
    .command("retire-predecessor")
    .description("delete one cluster role of the nOps stack, once its cluster writes manifests; asks first")
    .argument("<role>", "name of the role, nops-ccost-<cluster>_<region>")
    .addOption(flag("--name-prefix <prefix>", "name prefix of the deployment", DEFAULT_NAME_PREFIX))
    .addOption(flag("--bucket <name>", "bucket of the deployment (default: <name prefix>-<account>)"))
    .addOption(flag("--key-prefix <prefix>", "key prefix of the deployment", DEFAULT_KEY_PREFIX))
    .addOption(flag("--within-hours <n>", "hours that count as recent", "6"))
    .option("--even-if-used", "also when the role was used recently")
    .option("--backup <file>", "where the role is kept (default: <role>.json); must not exist")
    .option("--yes", "do not ask")
    .option("--dry-run", "show what would be removed and change nothing")
    .addHelpText("after", EXAMPLES)
    .action((role: string) => runRetire(role, command.optsWithGlobals<RetireFlags>()));
}

/** @throws ConfigError that lists every problem of the name and the flags */
async function readRequest(role: string, flags: RetireFlags): Promise<RetireRequest> {
  const problems = new Problems();
  const named = problems.attempt(() => readPredecessorName(role));
  readNames(flags, problems);
  const keyPrefix = problems.attempt(() => readKeyPrefix(flags.keyPrefix));
  const hours = problems.attempt(() => readCount("--within-hours", flags.withinHours, WITHIN_HOURS));
  const backup = flags.backup ?? `${role}.json`;
  if (!flags.dryRun && named !== undefined && (await isThere(backup))) {
    problems.add(`--backup "${backup}" exists, and may be all that is left of a role; name another file`);
  }
  const reason = whyNotAsking("roles retire-predecessor", flags);
  if (reason !== undefined) problems.add(reason);
  problems.throwIfAny();
  return {
    role,
    region: named?.region ?? "",
    bucket: flags.bucket,
    keyPrefix: keyPrefix ?? "",
    hours: hours ?? WITHIN_HOURS.max,
    evenIfUsed: flags.evenIfUsed ?? false,
    backup,
  };
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function runRetire(role: string, flags: RetireFlags): Promise<void> {
  const request = await readRequest(role, flags);
  const { backup, region } = request;
  const caller = await asking("tell the account", "check the AWS credentials", () => readCaller(region));
  const bucket = request.bucket ?? deploymentNames(flags.namePrefix, caller.account).bucket;
  const question = { ...request, ...caller, bucket };
  const archive = openRoleArchive(region);
  const retirement = await judge(question, archive);
  if (retirement.reasons.length > 0) throw refusal(role, retirement.reasons);
  const terminal = new Terminal(flags);
  if (flags.dryRun) {
    const text = `${retirementText(retirement, backup, terminal.color)}\nDry run: nothing was changed.`;
    terminal.result({ dryRun: true, ...retirementJson(retirement, backup) }, text);
    exitWith(EXIT.ok);
    return;
  }
  const text = retirementText(retirement, backup, terminal.noteColor);
  if (flags.yes) terminal.note(`${text}\n`);
  else if (!(await confirm(text, `Delete role "${role}"?`))) {
    terminal.note("Nothing was changed.");
    exitWith(EXIT.unexpected);
    return;
  }
  await checkAgain(question, archive, retirement);
  await retire(retirement, archive, backup);
  terminal.result(retirementJson(retirement, backup), retiredText(retirement, backup, terminal.color));
  exitWith(EXIT.ok);
}

function judge(question: RetireQuestion, archive: RoleArchive): Promise<Retirement> {
  return judgeRetirement(question, archive, new Date());
}

function refusal(role: string, reasons: readonly string[]): Error {
  return new Error(reasons.map((reason) => `Role "${role}" stays: ${reason}`).join("\n"));
}

/** What was shown may be another by now: a person takes their time. @throws Error when it is */
async function checkAgain(question: RetireQuestion, archive: RoleArchive, shown: Retirement): Promise<void> {
  const now = await judge(question, archive);
  if (now.reasons.length > 0) throw refusal(question.role, now.reasons);
  if (isDeepStrictEqual(now.facts.role, shown.facts.role)) return;
  throw new Error(
    `Role "${question.role}" has changed since it was shown; nothing was removed, run the command again`,
  );
}

/** @throws Error that says what is removed already */
async function retire({ facts }: Retirement, archive: RoleArchive, backup: string): Promise<void> {
  const { name, inlinePolicies } = facts.role;
  const kept = `${JSON.stringify(backupRole(facts, new Date()), undefined, 2)}\n`;
  try {
    // Never over a file that is there: it may be the backup of an attempt that did not get to its end.
    await writeFile(backup, kept, { flag: "wx" });
  } catch (error) {
    throw new Error(`Cannot keep role "${name}" in "${backup}": ${reasonOf(error)}; nothing was removed`, {
      cause: error,
    });
  }
  const removed: string[] = [];
  try {
    for (const policy of Object.keys(inlinePolicies)) {
      await archive.removeInlinePolicy(name, policy);
      removed.push(`inline policy "${policy}"`);
    }
    await archive.deleteRole(name);
  } catch (error) {
    const done =
      removed.length > 0 ? `${removed.join(" and ")} ${removed.length > 1 ? "are" : "is"}` : "nothing is";
    throw new Error(
      `Cannot delete role "${name}": ${reasonOf(error)}; ${done} removed, and all of it is kept in "${backup}"`,
      { cause: error },
    );
  }
}

function retirementJson(retirement: Retirement, backup: string): object {
  const { facts, cluster, manifest } = retirement;
  return {
    role: facts.role.name,
    cluster: cluster.arn,
    lastUsed: facts.lastUsed?.toISOString(),
    newestManifest: manifest?.writtenAt,
    removes: removals(retirement),
    backup,
    restore: restoreCommands(backup),
  };
}
