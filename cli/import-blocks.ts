import { Option, type Command } from "commander";
import {
  DEFAULT_NAME_PREFIX,
  deploymentNames,
  type DeploymentNames,
  MAX_NAME_PREFIX_LENGTH,
} from "../contract/names.ts";
import type { DeploymentPlace } from "../contract/lost-state.ts";
import { dnsSuffixOf, partitionOf } from "../contract/partition.ts";
import { invalidRegions } from "../lambda-src/env.ts";
import { IMPORT_GROUP_NAMES, importsOfGroup, readGroups, type ImportGroup } from "./import-groups.ts";
import { flag } from "./options.ts";
import { Problems } from "./problems.ts";
import { Terminal, type OutputFlags } from "./terminal.ts";

interface ImportFlags extends OutputFlags {
  readonly account?: string;
  readonly region?: string;
  readonly module?: string;
  readonly namePrefix: string;
  readonly bucket?: string;
  readonly group: readonly string[];
  readonly lostState?: string;
}

/** What is to be printed. */
interface ImportRequest {
  readonly names: DeploymentNames;
  readonly place: DeploymentPlace;
  /** Address of the module call; undefined for the stack's own root. */
  readonly module: string | undefined;
  readonly groups: readonly ImportGroup[];
}

const EXAMPLES = `
Examples:
  # everything of an account without IAM user, for a call named "container_insights"
  $ npx container-insights import-blocks --account 123456789012 --region eu-west-1 \\
      --module module.container_insights > imports.tf

  # an account with the IAM user
  $ npx container-insights import-blocks --account 123456789012 --region eu-west-1 \\
      --module 'module.insights["eu"]' --group bucket --group bucket-access --group bucket-policy --group user

  # everything of a deployment of this stack whose state was lost
  $ npx container-insights import-blocks --account 123456789012 --region eu-west-1 --lost-state roles > imports.tf

Above each group is the command that tells whether the account has it. Leave out what it has not: Terraform refuses the
whole plan for one import that finds nothing. What the first plan then changes, and what stays beside, is in docs/take-over.md;
what a lost state takes, in docs/lost-state.md.
`;

/** Adds `container-insights import-blocks`: what a module's caller pastes to take over what the predecessor left. */
export function registerImportBlocks(program: Command): void {
  const names = IMPORT_GROUP_NAMES.join(", ");
  const command = program
    .command("import-blocks")
    .description(
      "print Terraform import blocks for what an account has of the predecessor, or of this stack; asks nothing of AWS",
    )
    .addOption(flag("--account <id>", "account, 12 digits"))
    .addOption(flag("--region <region>", "region of the deployment"))
    .addOption(flag("--module <address>", "address of the module call (default: the stack is the root)"))
    .addOption(flag("--name-prefix <prefix>", "name prefix of the deployment", DEFAULT_NAME_PREFIX))
    .addOption(flag("--bucket <name>", "bucket of the deployment (default: <name prefix>-<account>)"))
    .addOption(
      flag(
        "--lost-state <kind>",
        "all of a deployment of this stack: roles, or user where create_iam_user is true",
      ),
    )
    .addOption(
      new Option(
        "--group <name>",
        `what to import, repeatable: ${names} (default: what the predecessor left without IAM user)`,
      )
        .argParser((value: string, before: readonly string[]) => [...before, value])
        .default([]),
    )
    .addHelpText("after", EXAMPLES)
    .action(() => printImportBlocks(command.optsWithGlobals<ImportFlags>()));
}

function printImportBlocks(flags: ImportFlags): void {
  const request = readRequest(flags);
  new Terminal(flags).result(toJson(request), toHcl(request));
}

/** @throws ConfigError that lists every problem of the flags */
function readRequest(flags: ImportFlags): ImportRequest {
  const problems = new Problems();
  const account = problems.required("--account", flags.account, "123456789012");
  if (account !== undefined && !/^\d{12}$/.test(account))
    problems.add(`--account "${account}" is not an account; give its 12 digits, such as 123456789012`);
  const region = problems.required("--region", flags.region, "eu-west-1");
  for (const wrong of invalidRegions(region === undefined ? [] : [region]))
    problems.add(`--region "${wrong}" is not a region; for example --region eu-west-1`);
  if (flags.module !== undefined && !isModuleAddress(flags.module))
    problems.add(
      `--module "${flags.module}" is not the address of a module call; for example --module module.container_insights`,
    );
  readNames(flags, problems);
  const groups = readGroups(flags.group, flags.lostState, problems);
  problems.throwIfAny();
  const names = deploymentNames(flags.namePrefix, account ?? "");
  return {
    names: flags.bucket === undefined ? names : { ...names, bucket: flags.bucket },
    place: placeOf(flags.namePrefix, account ?? "", region ?? ""),
    module: flags.module,
    groups,
  };
}

function placeOf(namePrefix: string, account: string, region: string): DeploymentPlace {
  const partition = partitionOf(region);
  return { namePrefix, account, region, partition, dnsSuffix: dnsSuffixOf(partition) };
}

/** Adds a problem for a name prefix or a bucket that no deployment can have. */
export function readNames(
  flags: Pick<ImportFlags, "namePrefix" | "bucket"> & { readonly formerBucket?: string },
  problems: Problems,
): void {
  const form = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
  const use = "lower-case letters, digits and hyphens, with no hyphen at either end";
  const { namePrefix, bucket, formerBucket } = flags;
  if (!form.test(namePrefix) || namePrefix.length > MAX_NAME_PREFIX_LENGTH)
    problems.add(
      `--name-prefix "${namePrefix}" is not a name prefix; use 1 to ${MAX_NAME_PREFIX_LENGTH} ${use}`,
    );
  for (const [name, given] of [
    ["--bucket", bucket],
    ["--former-bucket", formerBucket],
  ] as const) {
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    if (given !== undefined && (!form.test(given) || given.length < 3 || given.length > 63))
      problems.add(`${name} "${given}" is not the name of a bucket of this stack; use 3 to 63 ${use}`);
  }
}

/** As in `module.a["x"].module.b[0]`. */
function isModuleAddress(text: string): boolean {
  const step = String.raw`module\.[A-Za-z_][\w-]*(\[(\d+|"[^"\\$%]*")\])?`;
  return new RegExp(`^${step}(\\.${step})*$`).test(text);
}

function toHcl({ names, place, module, groups }: ImportRequest): string {
  const parts = groups.map((group) => {
    const comment = [`# ${group.name}: ${group.holds} (${group.when})`];
    if (group.check) comment.push(`# Succeeds where the account has it: ${group.check(names, place)}`);
    const blocks = importsOfGroup(group, names, place).map(
      ({ to, id }) => `import {\n  to = ${addressOf(module, to)}\n  id = ${JSON.stringify(id)}\n}`,
    );
    return [...comment, ...blocks].join("\n");
  });
  return parts.join("\n\n");
}

function toJson({ names, place, module, groups }: ImportRequest): object {
  return {
    groups: groups.map((group) => ({
      name: group.name,
      holds: group.holds,
      check: group.check?.(names, place),
      imports: importsOfGroup(group, names, place).map(({ to, id }) => ({ to: addressOf(module, to), id })),
    })),
  };
}

function addressOf(module: string | undefined, address: string): string {
  return module === undefined ? address : `${module}.${address}`;
}
