import type { StoredRole } from "../fakes/fake-iam.ts";
import type { StoredAssociation } from "../fakes/fake-pod-identity.ts";
import { copyOf, type Snapshot } from "./snapshot.ts";
import { markOf, owns, ownsAssociation, taggedCluster } from "./run-watch.ts";
import {
  boundaryArn,
  meaning,
  NAMESPACE,
  ownersOf,
  ownTags,
  podIdentityTrust,
  roleArn,
  roleName,
  rolePath,
  SERVICE_ACCOUNT,
  TAGS,
  webIdentityTrust,
  WRITER,
  writerPolicy,
  type Owner,
} from "./templates.ts";
import { failedRegions, looseClusters, truthsOf, type ClusterTruth } from "./truth.ts";
import type { World } from "./world.ts";

const HOUR_MS = 3_600_000;

/** Hours between two quiet rounds: more than any grace period. */
export const QUIET_HOURS = 30;

/** What an account must be after two quiet rounds of all its deployments. */
export interface ExpectedEnd {
  readonly roles: ReadonlyMap<string, StoredRole>;
  /** Roles among them that a quota may have kept from being made. */
  readonly made: ReadonlySet<string>;
  /** By region and id, or, where it is to be made, by region, cluster and service account. */
  readonly associations: ReadonlyMap<string, StoredAssociation>;
  /** Associations that may be there or not: nothing tells a run to look at them. */
  readonly loose: ReadonlySet<string>;
  /** What the reports of a round after that must speak of, by deployment. */
  readonly problems: readonly ReadonlySet<string>[];
  /** Whether a grace period, or a quota, takes a second round. */
  readonly takesTwoRounds: boolean;
}

/** The role as it has to be; other people's tags and instance profiles of `there` stay. */
function wantedRole(
  world: World,
  owner: Owner,
  truth: ClusterTruth,
  there: StoredRole | undefined,
): StoredRole {
  const tags = new Map([...(there?.tags ?? []), ...Object.entries(ownTags(owner, truth.one))]);
  tags.delete(TAGS.mark);
  return {
    name: there?.name ?? roleName(owner, truth.one),
    path: rolePath(owner),
    trust: JSON.stringify(
      truth.mode === "irsa" ? webIdentityTrust(truth.issuer) : podIdentityTrust(truth.one),
    ),
    tags,
    inline: new Map([[WRITER, JSON.stringify(writerPolicy(owner, truth.one, world.settings[1]))]]),
    attached: new Set(),
    boundary: boundaryArn(owner),
    instanceProfiles: there?.instanceProfiles ?? 0,
  };
}

/** Works out the end, one deployment after the other. */
class Oracle {
  readonly roles: Map<string, StoredRole>;
  readonly made = new Set<string>();
  readonly associations: Map<string, StoredAssociation>;
  readonly loose = new Set<string>();
  readonly problems: Set<string>[] = [];
  takesTwoRounds = false;
  readonly #world: World;
  readonly #start: Snapshot;
  readonly #truths: readonly ClusterTruth[];
  readonly #loose: ReadonlySet<number>;

  constructor(world: World, start: Snapshot) {
    this.#world = world;
    this.#start = start;
    this.#truths = truthsOf(world);
    this.roles = new Map([...start.roles].map(([key, role]) => [key, copyOf(role)]));
    this.associations = new Map(start.associations.map((one) => [`${one.region}/${one.associationId}`, one]));
    this.#loose = looseClusters(world);
  }

  add(owner: Owner): void {
    const problems = new Set(failedRegions(this.#world));
    this.problems.push(problems);
    for (const truth of this.#truths) {
      if (truth.problem) problems.add(`cluster/${truth.one.name}"`);
      if (truth.wanted) this.#addWanted(owner, truth, problems);
      else if (truth.seen && truth.selected) this.#unmark(owner, truth);
    }
    this.#lookUpGone(owner, problems);
    this.#deleteOrphans(owner, problems);
  }

  #addWanted(owner: Owner, truth: ClusterTruth, problems: Set<string>): void {
    const name = roleName(owner, truth.one);
    const key = name.toLowerCase();
    const there = this.roles.get(key);
    if (there && !owns(owner, there)) {
      problems.add(`"${name}"`);
      return;
    }
    if (!there) this.made.add(key);
    const wanted = wantedRole(this.#world, owner, truth, there);
    // Where Pod Identity is somebody else's, pods keep the role by the web identity that they have.
    const serves =
      there &&
      truth.one.issuer !== "none" &&
      meaning(there.trust) === meaning(JSON.stringify(webIdentityTrust(truth.issuer)));
    if (serves && this.#isTaken(owner, truth)) wanted.trust = there.trust;
    this.roles.set(key, wanted);
    if (truth.mode === "pod-identity") this.#associate(owner, truth, problems);
    else this.#leavePodIdentity(owner, truth);
  }

  #of({ one }: ClusterTruth): [key: string, association: StoredAssociation][] {
    return [...this.associations].filter(
      ([key, { clusterName, namespace }]) =>
        key.startsWith(`${one.region}/`) && clusterName === one.name && namespace === NAMESPACE,
    );
  }

  /** Whether somebody else associated the service account with another role. */
  #isTaken(owner: Owner, truth: ClusterTruth): boolean {
    if (truth.mode !== "pod-identity") return false;
    return this.#of(truth).some(
      ([, { serviceAccount, roleArn: associated, tags }]) =>
        serviceAccount === SERVICE_ACCOUNT &&
        associated !== roleArn(owner, truth.one) &&
        !ownsAssociation(owner, tags),
    );
  }

  #associate(owner: Owner, truth: ClusterTruth, problems: Set<string>): void {
    const { one } = truth;
    const arn = roleArn(owner, one);
    const all = this.#of(truth);
    for (const [key, { serviceAccount, tags }] of all) {
      if (serviceAccount !== SERVICE_ACCOUNT && ownsAssociation(owner, tags)) this.associations.delete(key);
    }
    const found = all.find(([, { serviceAccount }]) => serviceAccount === SERVICE_ACCOUNT);
    if (!found) {
      this.associations.set(`${one.region}/${one.name}/${SERVICE_ACCOUNT}`, {
        associationId: "",
        clusterName: one.name,
        namespace: NAMESPACE,
        serviceAccount: SERVICE_ACCOUNT,
        roleArn: arn,
        tags: ownTags(owner, one),
      });
    } else if (found[1].roleArn !== arn && ownsAssociation(owner, found[1].tags)) {
      this.associations.set(found[0], { ...found[1], roleArn: arn });
    } else if (found[1].roleArn !== arn) problems.add(`"${roleName(owner, one)}"`);
  }

  #leavePodIdentity(owner: Owner, truth: ClusterTruth): void {
    for (const [key, { tags }] of this.#of(truth)) {
      if (!ownsAssociation(owner, tags)) continue;
      if (this.#loose.has(truth.index)) this.loose.add(key);
      else this.associations.delete(key);
    }
  }

  #unmark(owner: Owner, { one }: ClusterTruth): void {
    const role = this.roles.get(roleName(owner, one).toLowerCase());
    if (role && owns(owner, role)) role.tags.delete(TAGS.mark);
  }

  /** A gone cluster that cannot be asked for is told of as long as it has a role. */
  #lookUpGone(owner: Owner, problems: Set<string>): void {
    for (const role of this.#start.roles.values()) {
      const cluster = owns(owner, role) ? taggedCluster(role) : undefined;
      const truth = this.#truths.find(
        ({ one }) => one.region === cluster?.region && one.name === cluster.name,
      );
      if (!truth || truth.seen || truth.provedGone) continue;
      const listed = truth.one.region in this.#world.regions && !problems.has(truth.one.region);
      const asked = listed && (truth.one.trouble === "undescribable" || this.#isSilent(truth));
      if (asked) problems.add(`cluster/${truth.one.name}"`);
    }
  }

  #isSilent({ one }: ClusterTruth): boolean {
    const regions: Readonly<Record<string, World["regions"]["eu-west-1"]>> = this.#world.regions;
    return regions[one.region]?.[1] === "describe";
  }

  /** Roles of clusters that are proved to be gone, whose names no cluster that is there needs. */
  #orphans(owner: Owner): StoredRole[] {
    const needed = new Set(
      this.#truths.filter(({ seen }) => seen).map(({ one }) => roleName(owner, one).toLowerCase()),
    );
    return [...this.#start.roles].flatMap(([key, role]) => {
      if (!owns(owner, role) || needed.has(key)) return [];
      const cluster = taggedCluster(role);
      const truth = this.#truths.find(
        ({ one }) => one.region === cluster?.region && one.name === cluster.name,
      );
      return truth?.provedGone && truth.selected ? [role] : [];
    });
  }

  #deleteOrphans(owner: Owner, problems: Set<string>): void {
    const { graceHours, maxDeletes } = this.#world;
    const start = this.#start.now.getTime();
    let left = this.#orphans(owner);
    const marks = new Map(left.map((role) => [role, graceHours === 0 ? -Infinity : markOf(role)]));
    for (const round of [0, 1]) {
      const now = start + round * QUIET_HOURS * HOUR_MS;
      const due = left.filter((role) => (marks.get(role) ?? Infinity) + graceHours * HOUR_MS <= now);
      for (const role of left.filter((one) => marks.get(one) === undefined)) {
        marks.set(role, now);
        this.roles.get(role.name.toLowerCase())?.tags.set(TAGS.mark, new Date(now).toISOString());
      }
      if (round === 1 && due.length > 0) this.takesTwoRounds = true;
      if (due.length > maxDeletes) {
        if (round === 1) problems.add("max_deletes_per_run");
        continue;
      }
      left = left.filter((role) => !due.includes(role) || role.instanceProfiles > 0);
      for (const role of due) this.#delete(role, problems);
    }
  }

  #delete(role: StoredRole, problems: Set<string>): void {
    const key = role.name.toLowerCase();
    if (role.instanceProfiles === 0) return void this.roles.delete(key);
    problems.add(`"${role.name}"`);
    // What could be taken from it is taken; the rest is for whoever put it into an instance profile.
    this.roles.get(key)?.inline.clear();
    this.roles.get(key)?.attached.clear();
  }
}

/** What the account must be, by the design, after two rounds in which nothing fails any more. */
export function expectedEnd(world: World, start: Snapshot): ExpectedEnd {
  const oracle = new Oracle(world, start);
  for (const owner of ownersOf(world)) oracle.add(owner);
  return oracle;
}
