import * as fc from "fast-check";
import { OUTSIDE, REGIONS } from "./world.ts";
import type {
  AssociationCase,
  ClusterCase,
  Drift,
  FaultCase,
  LifeState,
  RegionState,
  RoleCase,
  RunCase,
  SettingsCase,
  World,
} from "./world.ts";

const ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

// EKS: 1-100 letters, digits, hyphens and underscores, the first a letter or digit. A few names come often, so that
// they meet in several regions, and in other cases in one.
const clusterName = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      "a",
      "a",
      "b",
      "A",
      "prod",
      "prod",
      "prod-2",
      "Prod",
      "PROD",
      "0",
      "x".repeat(100),
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom("a", "B", "7", "prod", "y".repeat(48)),
        fc.nat(2 ** 31 - 1),
        fc.integer({ max: 100, min: 1 }),
      )
      .map(([head, seed, length]) => randomName(head, seed, length)),
  },
);

function randomName(head: string, seed: number, length: number): string {
  let name = head;
  for (let state = seed; name.length < length; state = (state * 48_271) % 2_147_483_647) {
    name += ALPHABET[state % ALPHABET.length] ?? "";
  }
  return name.slice(0, length);
}

const lifeState = fc.constantFrom<LifeState[]>(
  ...(["ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE"] as const),
  ...(["UPDATING", "CREATING", "PENDING", "FAILED", "GONE"] as const),
  ...(["DELETING", "UNKNOWN", "GONE", "GONE", "RECREATED", "VANISHES", "RETURNS"] as const),
);

const drift = fc.constantFrom<Drift[]>(
  ...(["trust", "old issuer", "other identity", "reworded", "policy", "half-made", "no boundary"] as const),
  ...(["other boundary", "extra inline", "attached", "instance profile", "no cluster tag"] as const),
  ...(["garbage cluster tag", "cluster tag of another account", "stranger's tag", "fresh mark"] as const),
  ...(["old mark", "old mark", "garbage mark", "future mark"] as const),
);

const role: fc.Arbitrary<RoleCase> = fc.record({
  owner: fc.constantFrom(
    ...(["first", "first", "first", "first", "first", "first"] as const),
    ...(["second", "nobody", "other manager", "no deployment"] as const),
  ),
  path: fc.constantFrom("ours", "ours", "ours", "ours", "ours", "ours", "ours", "other"),
  named: fc.constantFrom("exactly", "exactly", "exactly", "exactly", "upper case", "otherwise"),
  drift: fc.array(drift, { maxLength: 3 }),
});

const cluster: fc.Arbitrary<ClusterCase> = fc.record({
  name: clusterName,
  region: fc.constantFrom(...REGIONS, ...REGIONS, ...REGIONS, ...REGIONS, OUTSIDE),
  life: fc.array(lifeState, { minLength: 1, maxLength: 4 }),
  issuer: fc.constantFrom(
    ...(["with provider", "with provider", "with provider", "with provider", "with provider"] as const),
    ...(["without provider", "none"] as const),
  ),
  trouble: fc.constantFrom(
    ...(["none", "none", "none", "none", "none", "none", "none"] as const),
    ...(["unlisted", "undescribable", "associations denied"] as const),
  ),
  role: fc.option(role, { freq: 2 }),
  associations: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.uniqueArray(
        fc.constantFrom<AssociationCase[]>(
          ...(["own", "own, other role", "own, other service account"] as const),
          ...(["foreign, other role", "foreign, our role"] as const),
        ),
        { minLength: 1, maxLength: 2 },
      ),
    },
  ),
});

const PATTERNS = ["prod*", "*o*", "a", "*a*b*", "y*", "*"];

const settings: fc.Arbitrary<SettingsCase> = fc.record({
  podIdentity: fc.oneof(fc.constant([]), fc.constantFrom(["*"], ["p*", "P*"], ["a", "*0*"])),
  include: fc.oneof(
    { weight: 9, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.constantFrom(...PATTERNS), { maxLength: 2 }) },
  ),
  exclude: fc.oneof(
    { weight: 9, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.constantFrom("Prod", "a*", "*Z*"), { maxLength: 2 }) },
  ),
  kms: fc.boolean(),
});

const fault: fc.Arbitrary<FaultCase> = fc.record({
  of: fc.constantFrom("calls", "writes", "writes"),
  at: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 40 })),
  calls: fc.constantFrom(1, 1, 2, 4, 8),
  code: fc.constantFrom(
    ...["ThrottlingException", "ServiceFailureException", "ConcurrentModificationException"],
    ...["AccessDenied", "LimitExceededException", "TimeoutError"],
  ),
  lost: fc.boolean(),
});

const hand = fc.record({
  cluster: fc.nat(5),
  what: fc.constantFrom(
    ...(["delete role", "break trust", "take boundary away", "delete associations"] as const),
  ),
});

const run: fc.Arbitrary<RunCase> = fc.record({
  deployment: fc.constantFrom(0, 0, 1),
  hoursBefore: fc.constantFrom(0, 2, 30),
  look: fc.constantFrom("scheduled", "thorough"),
  faults: fc.array(fault, { maxLength: 4 }),
  deadline: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(40) }),
  lag: fc.constantFrom(0, 0, 1, 2, 3, 12),
  hands: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(hand, { minLength: 1, maxLength: 2 }) },
  ),
});

const regionState = fc.constantFrom<RegionState[]>(
  ...(["ok", "ok", "ok", "ok", "ok", "ok", "denied", "second-page", "describe", "opted-out"] as const),
);

// For good, most regions answer.
const regionAtLast = fc.oneof(
  { weight: 4, arbitrary: fc.constant<RegionState>("ok") },
  { weight: 1, arbitrary: regionState },
);

const region = fc.tuple(regionState, regionAtLast);

function phases<T>(one: fc.Arbitrary<T>): fc.Arbitrary<readonly [T, T]> {
  // The same for good in half of the worlds.
  return fc.tuple(one, fc.option(one)).map(([first, then]) => [first, then ?? first] as const);
}

function worldOf(clusters: fc.Arbitrary<ClusterCase[]>): fc.Arbitrary<World> {
  return fc.record({
    clusters,
    regions: fc.record({ "eu-west-1": region, "us-east-1": region }),
    second: fc.constantFrom(
      ...(["none", "none", "none", "none", "none", "none"] as const),
      ...(["none", "none", "other-prefix", "same-prefix"] as const),
    ),
    settings: phases(settings),
    graceHours: fc.constantFrom(0, 24),
    maxDeletes: fc.constantFrom(10, 10, 10, 2, 1, 0),
    quota: phases(fc.constantFrom(1000, 1000, 1000, 1000, 4)),
    pageSize: fc.constantFrom(1, 2, 3, 100),
    runs: fc.array(run, { maxLength: 3 }),
  });
}

function clustersUpTo(maxLength: number, minLength = 0): fc.Arbitrary<ClusterCase[]> {
  return fc.uniqueArray(cluster, {
    minLength,
    maxLength,
    selector: ({ name, region: where }) => `${where}/${name}`,
  });
}

/** Any world: most are small, some have more roles than a brake or a quota of these worlds allows. */
export const anyWorld: fc.Arbitrary<World> = fc.oneof(
  { weight: 5, arbitrary: worldOf(clustersUpTo(3, 1)) },
  { weight: 1, arbitrary: worldOf(clustersUpTo(6)) },
);
