import { LOST_GROUP_NAMES, LOST_GROUPS, type DeploymentPlace } from "../contract/lost-state.ts";
import type { DeploymentNames } from "../contract/names.ts";
import {
  branchConflict,
  TAKE_OVER_GROUP_NAMES,
  TAKE_OVER_GROUPS,
  type ResourceImport,
} from "../contract/take-over.ts";
import type { Problems } from "./problems.ts";

/** What can be imported together, of the predecessor's or of a deployment of this stack. */
export interface ImportGroup {
  readonly name: string;
  readonly branch: "both" | "roles" | "user";
  readonly holds: string;
  /** Which accounts have it. */
  readonly when: string;
  /** Command of the AWS CLI that succeeds where the account has it; undefined where the deployment's variables tell. */
  readonly check?: (names: DeploymentNames, place: DeploymentPlace) => string;
  readonly resources: readonly {
    readonly address: string;
    readonly id: (names: DeploymentNames, place: DeploymentPlace) => string;
  }[];
}

/** The groups' names, in their order. */
export const IMPORT_GROUP_NAMES: readonly string[] = [...TAKE_OVER_GROUP_NAMES, ...LOST_GROUP_NAMES];

/** The two kinds of deployment: `create_iam_user` is false or true. */
const BRANCHES = ["roles", "user"] as const;
type Branch = (typeof BRANCHES)[number];

/** @returns the groups that the flags ask for, with what is wrong with them added to `problems` */
export function readGroups(
  given: readonly string[],
  lostState: string | undefined,
  problems: Problems,
): ImportGroup[] {
  for (const name of given.filter((each) => !IMPORT_GROUP_NAMES.includes(each)))
    problems.add(`--group "${name}" does not exist; choose from ${IMPORT_GROUP_NAMES.join(", ")}`);
  const branch = BRANCHES.find((each) => each === lostState);
  if (lostState !== undefined && branch === undefined)
    problems.add(
      `--lost-state "${lostState}" is no kind of deployment; choose "user" where create_iam_user is true, else "roles"`,
    );
  const groups = branch === undefined ? takeOver(given) : lost(branch, given);
  const conflict = branchConflict(groups);
  if (conflict !== undefined) problems.add(`--group ${conflict}`);
  return groups;
}

/** What the predecessor left: all that an account without IAM user has, unless groups are named. */
function takeOver(given: readonly string[]): ImportGroup[] {
  if (given.length === 0) return TAKE_OVER_GROUPS.filter(({ branch }) => branch !== "user");
  return [...TAKE_OVER_GROUPS, ...LOST_GROUPS].filter(({ name }) => given.includes(name));
}

/** What a deployment of this stack has, and the named groups. */
function lost(branch: Branch, given: readonly string[]): ImportGroup[] {
  const shared = TAKE_OVER_GROUPS.map((group) => ({ ...group, usual: true, when: whenOf(group.branch) })).map(
    ({ check: _check, ...group }) => group,
  );
  return [...shared, ...LOST_GROUPS].filter(
    (group) =>
      given.includes(group.name) || (group.usual && (group.branch === "both" || group.branch === branch)),
  );
}

function whenOf(branch: ImportGroup["branch"]): string {
  if (branch === "both") return "always";
  return branch === "user" ? "with IAM user" : "without IAM user";
}

/** The imports of a group. */
export function importsOfGroup(
  { resources }: ImportGroup,
  names: DeploymentNames,
  place: DeploymentPlace,
): ResourceImport[] {
  return resources.map(({ address, id }) => ({ to: address, id: id(names, place) }));
}
