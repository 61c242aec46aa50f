import { ACCOUNT, FakeAccount } from "../fakes/fake-account.ts";
import { FakeAwsError, type StoredRole } from "../fakes/fake-iam.ts";
import {
  boundaryArn,
  clusterArn,
  MANAGER,
  NAMESPACE,
  ownersOf,
  ownTags,
  podIdentityTrust,
  providerArn,
  roleArn,
  roleName,
  rolePath,
  secondOwner,
  SERVICE_ACCOUNT,
  TAGS,
  usesPodIdentity,
  webIdentityTrust,
  WRITER,
  writerPolicy,
  type Owner,
} from "./templates.ts";
import { issuerOf, lifeAt } from "./world.ts";
import type { AssociationCase, ClusterCase, Drift, HandCase, Life, RoleCase, World } from "./world.ts";

/** Marks that are none: V8 reads a date in some of them. */
const GARBAGE_MARKS = ["", "soon", "1", "since 2001", "2026-11-01", "Tue Nov 24 2020"];

const HOUR_MS = 3_600_000;

function addRole(account: FakeAccount, world: World, index: number, one: ClusterCase, role: RoleCase): void {
  const owner = role.owner === "second" ? secondOwner(world) : (ownersOf(world)[0] as Owner);
  const name = roleName(owner, one);
  const stored = account.iam.addRole({
    name: { exactly: name, "upper case": name.toUpperCase(), otherwise: `${owner.prefix}-old-${index}` }[
      role.named
    ],
    path: role.path === "ours" ? rolePath(owner) : "/elsewhere/",
    trust: JSON.stringify(
      usesPodIdentity(world.settings[0], one.name)
        ? podIdentityTrust(one)
        : webIdentityTrust(issuerOf(one.region, index, 1)),
    ),
    tags: new Map(Object.entries(ownTags(owner, one))),
    inline: new Map([[WRITER, JSON.stringify(writerPolicy(owner, one, world.settings[0]))]]),
    boundary: boundaryArn(owner),
  });
  if (role.owner === "nobody") stored.tags = new Map([["team", "billing"]]);
  if (role.owner === "other manager") stored.tags.set(TAGS.manager, `${MANAGER}-2`);
  if (role.owner === "no deployment") stored.tags.delete(TAGS.deployment);
  for (const drift of role.drift) spoil(stored, drift, { one, index, now: account.now });
}

function setTrust(role: StoredRole, trust: object): void {
  role.trust = JSON.stringify(trust);
}

/** The same, said otherwise: order, lists, labels, and case where it does not count. */
function reword(text: string): string {
  const document = JSON.parse(text) as { Version: string; Statement: object | object[] };
  const statements = [document.Statement].flat().reverse();
  return JSON.stringify({
    Statement: statements.map((statement, at) => ({ Sid: `S${at}`, ...statement })),
    Version: document.Version,
  });
}

function spoil(
  role: StoredRole,
  drift: Drift,
  { one, index, now }: { readonly one: ClusterCase; readonly index: number; readonly now: Date },
): void {
  const mark = (hours: number) => new Date(now.getTime() + hours * HOUR_MS).toISOString();
  switch (drift) {
    case "trust":
      return setTrust(role, { Version: "2012-10-17", Statement: [] });
    case "old issuer":
      return setTrust(role, webIdentityTrust(issuerOf(one.region, index, 99)));
    case "other identity": {
      const isPods = role.trust.includes("pods.eks");
      return setTrust(
        role,
        isPods ? webIdentityTrust(issuerOf(one.region, index, 1)) : podIdentityTrust(one),
      );
    }
    case "reworded":
      role.trust = reword(role.trust);
      for (const [name, text] of role.inline) role.inline.set(name, reword(text));
      return;
    case "policy":
      return void role.inline.set(WRITER, `{"Version":"2012-10-17","Statement":[]}`);
    case "half-made":
      return role.inline.clear();
    case "no boundary":
      role.boundary = undefined;
      return;
    case "other boundary":
      role.boundary = `arn:aws:iam::${ACCOUNT}:policy/other`;
      return;
    case "extra inline":
      return void role.inline.set("by-hand", `{"Version":"2012-10-17","Statement":[]}`);
    case "attached":
      return void role.attached.add("arn:aws:iam::aws:policy/AdministratorAccess");
    case "instance profile":
      role.instanceProfiles = 1;
      return;
    case "no cluster tag":
      return void role.tags.delete(TAGS.cluster);
    case "garbage cluster tag":
      return void role.tags.set(TAGS.cluster, "prod");
    case "cluster tag of another account":
      return void role.tags.set(TAGS.cluster, clusterArn(one).replace(ACCOUNT, "999999999999"));
    case "stranger's tag":
      return void role.tags.set("team", "billing");
    case "fresh mark":
      return void role.tags.set(TAGS.mark, mark(-1));
    case "old mark":
      return void role.tags.set(TAGS.mark, mark(-25));
    case "garbage mark":
      return void role.tags.set(TAGS.mark, GARBAGE_MARKS[index % GARBAGE_MARKS.length] ?? "");
    case "future mark":
      return void role.tags.set(TAGS.mark, "2999-01-01T00:00:00.000Z");
  }
}

function addAssociation(account: FakeAccount, owner: Owner, one: ClusterCase, which: AssociationCase): void {
  const isOwn = which.startsWith("own");
  account.eks(one.region).podIdentity.add({
    clusterName: one.name,
    namespace: NAMESPACE,
    serviceAccount: which === "own, other service account" ? "other" : SERVICE_ACCOUNT,
    roleArn: which.endsWith("other role") ? `arn:aws:iam::${ACCOUNT}:role/other` : roleArn(owner, one),
    tags: isOwn ? ownTags(owner, one) : { team: "billing" },
  });
}

/** Service accounts have one association each: of two for the same, the first is there. */
function associationsOf({ associations }: ClusterCase): readonly AssociationCase[] {
  const forExporter = associations.filter((which) => which !== "own, other service account");
  return associations.filter((which) => which === "own, other service account" || which === forExporter[0]);
}

const generations = new WeakMap<object, number>();

/** Brings every cluster into its state before, or after, run `step`. */
export function setLives(
  account: FakeAccount,
  { clusters }: World,
  step: number,
  when: "before" | "after" = "before",
): void {
  for (const [index, one] of clusters.entries()) setLife(account, one, index, lifeAt(one, step, when));
}

/** Brings one cluster, by its place in the world, into a state. */
export function setLife(account: FakeAccount, one: ClusterCase, index: number, life: Life): void {
  const eks = account.eks(one.region);
  const { present, state, generation } = life;
  if (!present) return removeCluster(account, one);
  const issuer = issuerOf(one.region, index, generation);
  const there = eks.clusters.get(one.name);
  if (!there || generations.get(there) !== generation) {
    eks.addCluster(one.name, state, issuer.slice(issuer.lastIndexOf("/") + 1));
  }
  const answer = eks.clusters.get(one.name);
  if (!answer) return;
  generations.set(answer, generation);
  answer.status = statusOf(state);
  if (one.issuer === "none") answer.identity = undefined;
  if (one.issuer === "with provider") account.iam.providers.add(providerArn(issuer));
}

function statusOf(state: string): string | undefined {
  if (["RECREATED", "VANISHES", "RETURNS"].includes(state)) return "ACTIVE";
  return state === "UNKNOWN" ? undefined : state;
}

/** A cluster goes, and its associations with it. */
export function removeCluster(account: FakeAccount, { region, name }: ClusterCase): void {
  account.eks(region).clusters.delete(name);
  account.eks(region).podIdentity.forgetCluster(name);
}

/** The account before the first run. */
export function buildAccount(world: World): FakeAccount {
  const account = new FakeAccount();
  account.iam.pageSize = world.pageSize;
  setLives(account, world, 0);
  const [owner] = ownersOf(world) as [Owner];
  for (const [index, one] of world.clusters.entries()) {
    const eks = account.eks(one.region);
    eks.pageSize = world.pageSize;
    const denied = new FakeAwsError("ServerException", "no answer", 500);
    if (one.trouble === "unlisted") eks.unlisted.add(one.name);
    if (one.trouble === "undescribable") eks.describeFailures.set(one.name, denied);
    if (one.trouble === "associations denied") eks.podIdentityFailures.set(one.name, denied);
    if (one.role) addRole(account, world, index, one, one.role);
    if (!eks.clusters.has(one.name)) continue;
    for (const which of associationsOf(one)) addAssociation(account, owner, one, which);
    // In another namespace: nobody's business.
    eks.podIdentity.add({
      clusterName: one.name,
      namespace: "default",
      serviceAccount: SERVICE_ACCOUNT,
      roleArn: `arn:aws:iam::${ACCOUNT}:role/default`,
      tags: {},
    });
  }
  return account;
}

/**
 * What lasts only while things go wrong: a listing of associations that is denied for good holds up the way out of Pod
 * Identity, and the deletion of a role that was used by it.
 */
export function answerAgain(account: FakeAccount, { clusters, settings }: World): void {
  for (const { region, name } of clusters) {
    const eks = account.eks(region);
    if (!usesPodIdentity(settings[1], name) || !eks.clusters.has(name)) eks.podIdentityFailures.delete(name);
  }
}

/** What somebody does to a role, or to the associations, that the first deployment made for a cluster. */
export function doByHand(account: FakeAccount, world: World, one: ClusterCase, what: HandCase): void {
  const [owner] = ownersOf(world) as [Owner];
  const role = account.iam.roles.get(roleName(owner, one).toLowerCase());
  if (what === "delete associations") return account.eks(one.region).podIdentity.forgetCluster(one.name);
  if (role === undefined) return;
  if (what === "delete role") account.iam.roles.delete(role.name.toLowerCase());
  if (what === "break trust") setTrust(role, { Version: "2012-10-17", Statement: [] });
  if (what === "take boundary away") role.boundary = undefined;
}
