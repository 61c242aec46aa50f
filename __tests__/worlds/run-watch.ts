import type { FakeAccount } from "../fakes/fake-account.ts";
import type { StoredRole } from "../fakes/fake-iam.ts";
import {
  boundaryArn,
  isSelected,
  MANAGER,
  meaning,
  roleName,
  rolePath,
  SERVICE_ACCOUNT,
  TAGS,
  WRITER,
  type Owner,
} from "./templates.ts";
import { REGIONS, type SettingsCase, type World } from "./world.ts";

/** The parts of all calls' inputs that are looked at. */
export interface CallInput {
  readonly RoleName?: string;
  readonly PolicyName?: string;
  readonly Path?: string;
  readonly PermissionsBoundary?: string;
  readonly PolicyDocument?: string;
  readonly Tags?: readonly { readonly Key?: string; readonly Value?: string }[];
  readonly clusterName?: string;
  readonly associationId?: string;
  readonly serviceAccount?: string;
  readonly roleArn?: string;
  readonly name?: string;
  readonly nextToken?: string;
}

const CLUSTER_ARN = /^arn:aws:eks:([a-z0-9-]+):123456789012:cluster\/(.+)$/;
const ISO_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const HOUR_MS = 3_600_000;

/** The instant that a grace period runs since; undefined for what no run has written. */
export function markOf(role: StoredRole): number | undefined {
  const mark = role.tags.get(TAGS.mark) ?? "";
  return ISO_INSTANT.test(mark) ? Date.parse(mark) : undefined;
}

/** The cluster of this account that a role's tag names. */
export function taggedCluster(
  role: StoredRole,
): { readonly region: string; readonly name: string } | undefined {
  const [, region, name] = CLUSTER_ARN.exec(role.tags.get(TAGS.cluster) ?? "") ?? [];
  return region !== undefined && name !== undefined ? { region, name } : undefined;
}

/** By path, manager and deployment. */
export function owns(owner: Owner, { path, tags }: Pick<StoredRole, "path" | "tags">): boolean {
  return (
    path === rolePath(owner) &&
    tags.get(TAGS.manager) === MANAGER &&
    tags.get(TAGS.deployment) === owner.bucket
  );
}

export function ownsAssociation(owner: Owner, tags: Readonly<Record<string, string>>): boolean {
  return tags[TAGS.manager] === MANAGER && tags[TAGS.deployment] === owner.bucket;
}

/** What one run may be judged by. */
export interface RunFacts {
  readonly account: FakeAccount;
  readonly owner: Owner;
  readonly settings: SettingsCase;
  readonly world: Pick<World, "clusters" | "graceHours" | "maxDeletes">;
  /** Whether every call succeeds and is seen at once: then no write has a reason that changes nothing. */
  readonly quiet: boolean;
}

/** Looks at every write of one run at the moment it is asked for. */
export class RunWatch {
  readonly violations: string[] = [];
  /** Writes that were carried out. */
  readonly writes: string[] = [];
  /** Writes that were refused, with the code. */
  readonly refused: string[] = [];
  /** Roles whose deletion was asked for. */
  readonly deleted = new Set<string>();
  readonly #facts: RunFacts;
  readonly #listed = new Set<string>();
  readonly #absent = new Set<string>();
  readonly #marks: ReadonlyMap<string, number | undefined>;

  constructor(facts: RunFacts) {
    this.#facts = facts;
    this.#marks = new Map([...facts.account.iam.roles].map(([name, role]) => [name, markOf(role)]));
  }

  /** Before a call is carried out, or fails. */
  asked(call: string, input: CallInput, region: string): void {
    if (input.RoleName !== undefined) this.#askedOfIam(call, input);
    else if (input.clusterName !== undefined) this.#askedOfAssociations(call, input, region);
  }

  /** After a call was answered. */
  answered(call: string, region: string, answer: unknown): void {
    const { nextToken } = (answer ?? {}) as { nextToken?: string };
    if (call === "listClusters" && nextToken === undefined) this.#listed.add(region);
  }

  /** After a write was carried out, whether or not its answer arrived. */
  wrote(call: string, input: CallInput): void {
    this.writes.push(`${call} ${input.RoleName ?? input.clusterName ?? ""}`);
  }

  /** After a call failed. */
  failed(call: string, input: CallInput, region: string, code: string): void {
    if (call === "describeCluster" && code === "ResourceNotFoundException") {
      this.#absent.add(`${region}/${input.name ?? ""}`);
    }
    if (isWrite(call)) this.refused.push(`${call} ${code}`);
  }

  #askedOfIam(call: string, input: CallInput): void {
    if (!isWrite(call)) return;
    if (call === "createRole") return this.#askedToCreate(input);
    const { account, owner } = this.#facts;
    const name = input.RoleName ?? "";
    const role = account.iam.roles.get(name.toLowerCase());
    if (role === undefined) return;
    if (!owns(owner, role)) this.violations.push(`${call} of "${name}", which is not ${owner.bucket}'s`);
    if (this.#facts.quiet && changesNothing(call, input, role))
      this.violations.push(`needless ${call} of "${name}"`);
    const isRemoval =
      call === "detachRolePolicy" || (call === "deleteRolePolicy" && input.PolicyName !== WRITER);
    if (call === "deleteRole" || (call === "deleteRolePolicy" && !isRemoval)) this.#askedToDelete(role, call);
    // Of a cluster that is there, it is a repair.
    if (isRemoval && !this.#exists(role)) this.#askedToDelete(role, call);
  }

  /** Whether a cluster is there that the role's tag or its name speaks of. */
  #exists(role: StoredRole): boolean {
    const { account, owner, world } = this.#facts;
    const tagged = taggedCluster(role);
    if (tagged && account.eks(tagged.region).clusters.has(tagged.name)) return true;
    return world.clusters.some(
      (one) =>
        account.eks(one.region).clusters.has(one.name) &&
        roleName(owner, one).toLowerCase() === role.name.toLowerCase(),
    );
  }

  #askedToDelete(role: StoredRole, call: string): void {
    const key = role.name.toLowerCase();
    if (call === "deleteRole") this.deleted.add(key);
    for (const reason of this.#reasonsToStay(role))
      this.violations.push(`${call} of "${role.name}": ${reason}`);
  }

  #reasonsToStay(role: StoredRole): string[] {
    const { account, settings, world } = this.#facts;
    const { graceHours, maxDeletes } = world;
    const cluster = taggedCluster(role);
    if (cluster === undefined) return ["nobody knows its cluster"];
    const reasons: string[] = [];
    const { region, name } = cluster;
    if (!(REGIONS as readonly string[]).includes(region)) reasons.push("its region is not looked at");
    if (!this.#listed.has(region)) reasons.push("its region was not completely listed");
    if (!this.#absent.has(`${region}/${name}`)) reasons.push("its cluster was not found absent");
    if (account.eks(region).clusters.has(name)) reasons.push("its cluster exists");
    if (!isSelected(settings, name)) reasons.push("its cluster is not selected");
    const since = this.#marks.get(role.name.toLowerCase());
    const isDue = since !== undefined && account.now.getTime() >= since + graceHours * HOUR_MS;
    if (graceHours > 0 && !isDue) reasons.push("its grace period has not passed");
    if (this.deleted.size > maxDeletes) reasons.push(`more than ${maxDeletes} are deleted`);
    return reasons;
  }

  #askedToCreate({ RoleName = "", Path, PermissionsBoundary, Tags = [] }: CallInput): void {
    const { owner } = this.#facts;
    const tags = new Map(Tags.map(({ Key = "", Value = "" }) => [Key, Value]));
    if (!owns(owner, { path: Path ?? "/", tags }))
      this.violations.push(`"${RoleName}" is made without our marks`);
    if (PermissionsBoundary !== boundaryArn(owner))
      this.violations.push(`"${RoleName}" is made without boundary`);
    if (!/^[\w+=,.@-]{1,64}$/.test(RoleName)) this.violations.push(`"${RoleName}" is no role name`);
  }

  #askedOfAssociations(call: string, input: CallInput, region: string): void {
    if (!isWrite(call)) return;
    const { account, owner } = this.#facts;
    if (input.roleArn !== undefined && !input.roleArn.includes(`:role${rolePath(owner)}`)) {
      this.violations.push(`${call} gives "${input.roleArn}" away`);
    }
    if (call === "createPodIdentityAssociation") {
      if (input.serviceAccount !== SERVICE_ACCOUNT)
        this.violations.push(`${call} for ${input.serviceAccount ?? "?"}`);
      return;
    }
    const found = account.eks(region).podIdentity.associations.get(input.associationId ?? "");
    if (found && !ownsAssociation(owner, found.tags))
      this.violations.push(`${call} of an association that is not ours`);
  }
}

/** Whether a write leaves the role as it is. */
function changesNothing(call: string, input: CallInput, role: StoredRole): boolean {
  const { PolicyName = "", PolicyDocument, PermissionsBoundary, Tags = [] } = input;
  switch (call) {
    case "updateAssumeRolePolicy":
      return meaning(PolicyDocument ?? "") === meaning(role.trust);
    case "putRolePolicy":
      return meaning(PolicyDocument ?? "") === meaning(role.inline.get(PolicyName) ?? "");
    case "putRolePermissionsBoundary":
      return PermissionsBoundary === role.boundary;
    case "tagRole":
      return Tags.every(({ Key = "", Value }) => role.tags.get(Key) === Value);
    default:
      return false;
  }
}

/** Whether a call changes something. */
export function isWrite(call: string): boolean {
  return !/^(list|get|describe)/.test(call);
}
