import type { FakeAccount } from "../fakes/fake-account.ts";
import type { StoredRole } from "../fakes/fake-iam.ts";
import type { StoredAssociation } from "../fakes/fake-pod-identity.ts";
import { scheduledLook, timedLook } from "../../lambda-src/reconcile/look.ts";
import type { ReconcileReport } from "../../lambda-src/reconcile/report.ts";
import { answerAgain, buildAccount, doByHand, removeCluster, setLives } from "./build.ts";
import { RunCalls } from "./intercept.ts";
import { expectedEnd, QUIET_HOURS, quietStart, type ExpectedEnd } from "./oracle.ts";
import { RunWatch } from "./run-watch.ts";
import { boundaryArn, KEY, meaning, ownersOf, roleName, type Owner } from "./templates.ts";
import { lifeAt, quotaAt, REGIONS, type RunCase, type World } from "./world.ts";

type Conditions = Pick<RunCase, "faults" | "deadline" | "look">;

const QUIET: Conditions = { faults: [], deadline: null, look: "thorough" };
const QUIET_SCHEDULED: Conditions = { ...QUIET, look: "scheduled" };

/** Refusals that no run can help, in a round that has nothing to do. */
const EXPECTED_REFUSALS = new Set([
  "createRole EntityAlreadyExistsException",
  "createRole LimitExceededException",
  "deleteRole DeleteConflictException",
]);

/** What one run did. */
interface Played {
  readonly watch: RunWatch;
  readonly report: ReconcileReport | undefined;
}

/** What happened in a world, and everything of it that must not. */
export interface Outcome {
  readonly violations: readonly string[];
  readonly end: ExpectedEnd;
  readonly runs: readonly Played[];
}

/** Plays one world: its runs with faults, then quiet rounds of every deployment, the last without anything to do. */
export async function play(world: World): Promise<Outcome> {
  return new Game(world).play();
}

class Game {
  readonly #world: World;
  readonly #account: FakeAccount;
  readonly #owners: readonly Owner[];
  readonly #violations: string[] = [];
  readonly #runs: Played[] = [];

  constructor(world: World) {
    this.#world = world;
    this.#account = buildAccount(world);
    this.#owners = ownersOf(world);
  }

  async play(): Promise<Outcome> {
    this.#checkNames();
    for (const [step, run] of this.#world.runs.entries()) await this.#troubledRun(step, run);
    this.#becomeQuiet();
    const end = expectedEnd(this.#world, quietStart(this.#account, this.#world));
    // A quota that a deletion of the second round makes room in takes one more.
    const rounds = this.#isScarce() ? 3 : 2;
    for (let round = 0; round < rounds; round++) {
      const conditions = round === 1 ? QUIET_SCHEDULED : QUIET;
      for (const owner of this.#owners) await this.#run(owner, 1, this.#world.runs.length, conditions);
      this.#account.advance(QUIET_HOURS);
    }
    this.#checkEnd(end);
    await this.#idleRound(end);
    return { violations: this.#violations, end, runs: this.#runs };
  }

  #isScarce(): boolean {
    return quotaAt(this.#world, 1) < 1000;
  }

  /** Names are IAM's: at most 64 characters, and no two the same in any case. */
  #checkNames(): void {
    for (const owner of this.#owners) {
      const names = this.#world.clusters.map((one) => roleName(owner, one));
      if (new Set(names.map((name) => name.toLowerCase())).size < names.length)
        this.#violate("two clusters share a name");
      for (const name of names)
        if (name.length > 64) this.#violate(`"${name}" has ${name.length} characters`);
    }
  }

  #violate(text: string): void {
    this.#violations.push(text);
  }

  async #troubledRun(step: number, run: RunCase): Promise<void> {
    const { clusters } = this.#world;
    this.#account.advance(run.hoursBefore);
    setLives(this.#account, this.#world, step);
    for (const { cluster, what } of run.hands) {
      const one = clusters[cluster];
      if (one) doByHand(this.#account, this.#world, one, what);
    }
    this.#account.iam.roleQuota = quotaAt(this.#world, 0);
    this.#account.iam.settling.calls = run.lag;
    const owner = this.#owners[run.deployment] ?? this.#owners[0];
    if (owner) await this.#run(owner, 0, step, run);
    for (const one of clusters) if (lifeAt(one, step).state === "VANISHES") removeCluster(this.#account, one);
  }

  #becomeQuiet(): void {
    const { clusters, runs } = this.#world;
    setLives(this.#account, this.#world, runs.length);
    for (const one of clusters)
      if (lifeAt(one, runs.length).state === "VANISHES") removeCluster(this.#account, one);
    answerAgain(this.#account, this.#world);
    this.#account.iam.settling.end();
    this.#account.iam.roleQuota = quotaAt(this.#world, 1);
    this.#account.advance(1);
  }

  async #run(owner: Owner, phase: 0 | 1, step: number, run: Conditions): Promise<Played> {
    const world = this.#world;
    const settings = world.settings[phase];
    const watch = new RunWatch({ account: this.#account, owner, settings, world });
    const calls = new RunCalls(this.#account, { world, phase, step, run, watch });
    this.#account.intercept = calls.intercept;
    this.#account.timeLeft = calls.hasTime;
    const report = await this.#reconcile(owner, phase, run).catch((error: unknown) => {
      if (!calls.blind) this.#violate(`a run ended with ${String(error)}`);
      return undefined;
    });
    this.#violations.push(...watch.violations);
    const played = { watch, report };
    this.#runs.push(played);
    return played;
  }

  #reconcile(owner: Owner, phase: 0 | 1, { look }: Conditions): Promise<ReconcileReport> {
    const lookOf = look === "scheduled" ? scheduledLook : timedLook;
    const { settings, graceHours, maxDeletes } = this.#world;
    const { podIdentity, include, exclude, kms } = settings[phase];
    const overrides = {
      namePrefix: owner.prefix,
      bucket: owner.bucket,
      boundaryArn: boundaryArn(owner),
      regions: [...REGIONS],
      orphanGraceHours: graceHours,
      maxDeletesPerRun: maxDeletes,
      clusterInclude: [...include],
      clusterExclude: [...exclude],
      podIdentityClusters: [...podIdentity],
      encryptionKey: kms ? KEY : undefined,
    };
    return this.#account.reconcile(overrides, { look: lookOf(this.#account.now, this.#account.timeLeft) });
  }

  async #idleRound(end: ExpectedEnd): Promise<void> {
    for (const [at, owner] of this.#owners.entries()) {
      const { watch, report } = await this.#run(owner, 1, this.#world.runs.length, QUIET);
      for (const write of watch.writes) this.#violate(`a write with nothing to do: ${write}`);
      for (const refusal of watch.refused)
        if (!EXPECTED_REFUSALS.has(refusal)) this.#violate(`refused: ${refusal}`);
      this.#checkReport(report, end.problems[at] ?? new Set());
    }
  }

  /** Whatever stays wrong is told, and nothing else. */
  #checkReport(report: ReconcileReport | undefined, expected: ReadonlySet<string>): void {
    const problems = report?.problems ?? ["no report"];
    for (const word of expected) {
      if (!problems.some((line) => line.includes(word))) this.#violate(`nothing is told of ${word}`);
    }
    if (this.#isScarce()) return;
    for (const line of problems) {
      if (![...expected].some((word) => line.includes(word))) this.#violate(`needless problem: ${line}`);
    }
    if (expected.size === 0 && report?.status !== "ok")
      this.#violate(`the status is ${report?.status ?? "none"}`);
  }

  #checkEnd(end: ExpectedEnd): void {
    const { roles, roleQuota } = this.#account.iam;
    const isFull = roles.size >= roleQuota;
    for (const key of new Set([...roles.keys(), ...end.roles.keys()])) {
      const [found, expected] = [roles.get(key), end.roles.get(key)];
      if (found === undefined && isFull && end.made.has(key)) continue;
      const difference = differenceOf(describeRole(found), describeRole(expected));
      if (difference !== "") this.#violate(`role "${key}": ${difference}`);
    }
    // In a full account, whichever roles are missing have no associations either.
    if (!isFull) this.#checkAssociations(end);
  }

  #checkAssociations(end: ExpectedEnd): void {
    const found = new Map<string, string>();
    for (const region of new Set(this.#world.clusters.map((one) => one.region))) {
      for (const one of this.#account.eks(region).podIdentity.associations.values()) {
        found.set(associationKey(region, one), describeAssociation(one));
      }
    }
    const loose = new Set<string>();
    const expected = new Map<string, string>();
    for (const [key, one] of end.associations) {
      const known = associationKey(key.slice(0, key.indexOf("/")), one);
      expected.set(known, describeAssociation(one));
      if (end.loose.has(key)) loose.add(known);
    }
    for (const key of new Set([...found.keys(), ...expected.keys()])) {
      if (found.get(key) === expected.get(key) || loose.has(key)) continue;
      this.#violate(
        `association "${key}" is ${found.get(key) ?? "none"}, not ${expected.get(key) ?? "none"}`,
      );
    }
  }
}

function associationKey(
  region: string,
  { clusterName, namespace, serviceAccount }: StoredAssociation,
): string {
  return `${region}/${clusterName}/${namespace}/${serviceAccount}`;
}

function describeAssociation({ roleArn, tags }: StoredAssociation): string {
  return JSON.stringify([roleArn, Object.entries(tags).sort()]);
}

/** What is compared of a role, by name. */
function describeRole(role: StoredRole | undefined): Readonly<Record<string, string>> {
  if (!role) return { presence: "absent" };
  const policies = [...role.inline].map(([policy, text]) => `${policy} ${meaning(text)}`);
  return {
    presence: "present",
    name: role.path + role.name,
    trust: meaning(role.trust),
    boundary: String(role.boundary),
    instanceProfiles: String(role.instanceProfiles),
    tags: [...role.tags]
      .map(([tag, value]) => `${tag}=${value}`)
      .sort()
      .join(", "),
    policies: policies.sort().join(", "),
    attached: [...role.attached].sort().join(", "),
  };
}

function differenceOf(
  found: Readonly<Record<string, string>>,
  expected: Readonly<Record<string, string>>,
): string {
  return Object.entries(expected)
    .filter(([part, value]) => found[part] !== value)
    .map(([part, value]) => `${part} is ${found[part] ?? "absent"}, not ${value}`)
    .join("; ");
}
