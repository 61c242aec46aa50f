/** A random account as data: what a failing property prints, shrinks and repeats. */
export interface World {
  readonly clusters: readonly ClusterCase[];
  /** How each region that is looked at answers: while things go wrong, and for good. */
  readonly regions: Readonly<Record<Region, Phases<RegionState>>>;
  /** A second deployment in the account: with other names, or with the same names and another bucket. */
  readonly second: "none" | "other-prefix" | "same-prefix";
  readonly settings: Phases<SettingsCase>;
  readonly graceHours: 0 | 24;
  readonly maxDeletes: number;
  /** Roles that the account may have. */
  readonly quota: Phases<number>;
  readonly pageSize: number;
  /** Runs with faults. What comes after them is quiet. */
  readonly runs: readonly RunCase[];
}

/** While things go wrong, and for good. */
export type Phases<T> = readonly [T, T];

export const REGIONS = ["eu-west-1", "us-east-1"] as const;
export type Region = (typeof REGIONS)[number];

/** A region with clusters and roles of ours that no deployment looks at. */
export const OUTSIDE = "sa-east-1";

/** `denied`: no call. `second-page`: ListClusters ends after its first page. `describe`: DescribeCluster. `opted-out`: as AWS says it. */
export type RegionState = "ok" | "denied" | "second-page" | "describe" | "opted-out";

/** `RECREATED`: gone and made again since the last state. `VANISHES`: listed, and gone when it is asked for. `RETURNS`: gone, and made
 * again when it is asked for a second time. `UNKNOWN`: no status. */
export type LifeState =
  | "ACTIVE"
  | "UPDATING"
  | "CREATING"
  | "PENDING"
  | "FAILED"
  | "DELETING"
  | "UNKNOWN"
  | "GONE"
  | "RECREATED"
  | "VANISHES"
  | "RETURNS";

export interface ClusterCase {
  readonly name: string;
  readonly region: Region | typeof OUTSIDE;
  /** Its state before each run; the last one stays. */
  readonly life: readonly LifeState[];
  readonly issuer: "with provider" | "without provider" | "none";
  /** What stays wrong with it for good. */
  readonly trouble: "none" | "unlisted" | "undescribable" | "associations denied";
  readonly role: RoleCase | null;
  readonly associations: readonly AssociationCase[];
}

/** What somebody did to a role before the first run. */
export type Drift =
  | "trust"
  | "old issuer"
  | "other identity"
  | "reworded"
  | "policy"
  | "half-made"
  | "no boundary"
  | "other boundary"
  | "extra inline"
  | "attached"
  | "instance profile"
  | "no cluster tag"
  | "garbage cluster tag"
  | "cluster tag of another account"
  | "stranger's tag"
  | "fresh mark"
  | "old mark"
  | "garbage mark"
  | "future mark";

/** A role that is there before the first run. */
export interface RoleCase {
  /** Whose tags it has: those of the first or second deployment, or incomplete ones. */
  readonly owner: "first" | "second" | "nobody" | "other manager" | "no deployment";
  readonly path: "ours" | "other";
  /** The cluster's role name, the same in upper case, or a name that no cluster's role has. */
  readonly named: "exactly" | "upper case" | "otherwise";
  readonly drift: readonly Drift[];
}

/** An association of a service account of the agent's namespace, there before the first run. */
export type AssociationCase =
  "own" | "own, other role" | "own, other service account" | "foreign, other role" | "foreign, our role";

export interface SettingsCase {
  readonly podIdentity: readonly string[];
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly kms: boolean;
}

export interface FaultCase {
  /** What is counted: all calls of a run, or only those that change something. */
  readonly of: "calls" | "writes";
  /** The first one that fails, and how many do. */
  readonly at: number;
  readonly calls: number;
  readonly code: string;
  /** The call is carried out, and only its answer is lost. */
  readonly lost: boolean;
}

export type HandCase = "delete role" | "break trust" | "take boundary away" | "delete associations";

export interface RunCase {
  readonly deployment: 0 | 1;
  readonly hoursBefore: number;
  /** As the schedule looks, or at everything. */
  readonly look: "scheduled" | "thorough";
  readonly faults: readonly FaultCase[];
  /** After how many calls time is short; null: never. */
  readonly deadline: number | null;
  /** For how many calls a new role cannot be seen. */
  readonly lag: number;
  /** What somebody does by hand, before the run, to what the first deployment made for a cluster. */
  readonly hands: readonly { readonly cluster: number; readonly what: HandCase }[];
}

/** The roles that the account may have. Which of two deployments comes first is not for a quota to decide. */
export function quotaAt({ quota, second }: Pick<World, "quota" | "second">, phase: 0 | 1): number {
  return second === "none" ? quota[phase] : Infinity;
}

/** A cluster at one moment. */
export interface Life {
  readonly present: boolean;
  readonly state: LifeState;
  /** How often it was made: each has another issuer. At least 1. */
  readonly generation: number;
}

/** The state of a cluster before, or after, run `step`. */
export function lifeAt(
  { life }: Pick<ClusterCase, "life">,
  step: number,
  when: "before" | "after" = "before",
): Life {
  let present = false;
  let generation = 0;
  const last = Math.min(step, life.length - 1);
  for (const [at, state] of life.slice(0, last + 1).entries()) {
    const isOver = at < step || when === "after";
    const isMade = state === "RETURNS" ? isOver : state !== "GONE";
    if (isMade && (!present || state === "RECREATED" || state === "RETURNS")) generation += 1;
    present = isMade && !(state === "VANISHES" && isOver);
  }
  return { present, state: life[last] ?? "GONE", generation: Math.max(generation, 1) };
}

/** As {@link lifeAt}, when all runs with faults are over: nothing vanishes or returns any more. */
export function lifeAtLast(world: Pick<World, "runs">, cluster: Pick<ClusterCase, "life">): Life {
  return lifeAt(cluster, world.runs.length, "after");
}

/** The issuer of a cluster, by its place in the world. */
export function issuerOf(region: string, index: number, generation: number): string {
  return `https://oidc.eks.${region}.amazonaws.com/id/C${index}G${generation}`;
}
