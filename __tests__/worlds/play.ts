import type { FakeAccount } from "../fakes/fake-account.ts";
import { scheduledLook, timedLook } from "../../lambda-src/reconcile/look.ts";
import type { ReconcileReport } from "../../lambda-src/reconcile/report.ts";
import { answerAgain, buildAccount, doByHand, setLives } from "./build.ts";
import { compareWithEnd } from "./compare.ts";
import { RunCalls } from "./intercept.ts";
import { expectedEnd, QUIET_HOURS, type ExpectedEnd } from "./oracle.ts";
import { RunWatch } from "./run-watch.ts";
import { takeSnapshot } from "./snapshot.ts";
import { boundaryArn, KEY, ownersOf, roleName, type Owner } from "./templates.ts";
import { quotaAt, REGIONS, type RunCase, type World } from "./world.ts";

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
  const { stackTraceLimit } = Error;
  // The errors of a world are many, and nobody looks where they were made.
  Error.stackTraceLimit = 0;
  try {
    return await new Game(world).play();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
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
    const end = expectedEnd(this.#world, takeSnapshot(this.#account, this.#world));
    // In a full account a role is made when another one has gone.
    const rounds = this.#isScarce() ? 3 : end.takesTwoRounds ? 2 : 1;
    for (let round = 0; round < rounds; round++) {
      const conditions = round === 1 ? QUIET_SCHEDULED : QUIET;
      for (const owner of this.#owners) await this.#run(owner, 1, this.#world.runs.length, conditions);
      this.#account.advance(QUIET_HOURS);
    }
    this.#violations.push(
      ...compareWithEnd(takeSnapshot(this.#account, this.#world), end, quotaAt(this.#world, 1)),
    );
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
    setLives(this.#account, this.#world, step, "after");
  }

  #becomeQuiet(): void {
    setLives(this.#account, this.#world, this.#world.runs.length, "after");
    answerAgain(this.#account, this.#world);
    this.#account.iam.settling.end();
    this.#account.iam.roleQuota = quotaAt(this.#world, 1);
    this.#account.advance(1);
  }

  async #run(owner: Owner, phase: 0 | 1, step: number, run: Conditions): Promise<Played> {
    const world = this.#world;
    const settings = world.settings[phase];
    const watch = new RunWatch({ account: this.#account, owner, settings, world, quiet: phase === 1 });
    const calls = new RunCalls(this.#account, { world, phase, step, run, watch });
    this.#account.intercept = calls.intercept;
    this.#account.timeLeft = calls.hasTime;
    const report = await this.#reconcile(owner, phase, run).catch((error: unknown) => {
      if (!calls.blind) this.#violate(`a run ended with ${String(error)}`);
      return undefined;
    });
    calls.end();
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
}
