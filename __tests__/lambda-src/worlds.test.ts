import { expect, jest, test } from "@jest/globals";
import * as fc from "fast-check";
import { clusterRoleName, MANAGED_BY, TAG } from "../../contract/names.ts";
import { oidcProviderArn } from "../../contract/workload-identity.ts";
import { roleSpec } from "../../lambda-src/reconcile/desire.ts";
import { diffRole } from "../../lambda-src/reconcile/diff.ts";
import { openRoleStore } from "../../lambda-src/adapters/role-store.ts";
import { ACCOUNT, deployment, FakeAccount } from "../fakes/fake-account.ts";
import { FakeAwsError, type StoredRole } from "../fakes/fake-iam.ts";

// A busy machine is no failure.
jest.setTimeout(120_000);

const REGIONS = ["eu-west-1", "us-east-1", "ap-southeast-2"];
const OUTSIDE = "sa-east-1";
const STATUSES = [
  "ACTIVE",
  "ACTIVE",
  "ACTIVE",
  "UPDATING",
  "CREATING",
  "PENDING",
  "DELETING",
  "FAILED",
  "GONE",
];
const SETTINGS = { regions: REGIONS, maxDeletesPerRun: 1000 };

const clusterName = fc
  .tuple(
    fc.constantFrom("a", "B", "prod", "Prod", "x".repeat(60)),
    fc.stringMatching(/^[a-zA-Z0-9_-]{0,40}$/),
  )
  .map(([head, tail]) => head + tail);

const cluster = fc.record({
  name: clusterName,
  region: fc.constantFrom(...REGIONS, OUTSIDE),
  status: fc.constantFrom(...STATUSES),
  hasProvider: fc.boolean(),
  describable: fc.integer({ min: 0, max: 9 }).map((dice) => dice > 0),
  unlisted: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
  role: fc.constantFrom(
    "none",
    "ours",
    "drifted",
    "half-made",
    "attached",
    "orphan-marked",
    "foreign",
    "other-deployment",
  ),
});

const world = fc.record({
  clusters: fc.uniqueArray(cluster, { maxLength: 12, selector: ({ name, region }) => `${region}/${name}` }),
  failing: fc.subarray(REGIONS, { maxLength: 2 }),
  faults: fc.array(
    fc.record({
      at: fc.nat(120),
      code: fc.constantFrom(
        "ThrottlingException",
        "AccessDenied",
        "ServiceFailureException",
        "LimitExceededException",
      ),
    }),
    { maxLength: 8 },
  ),
});

type World = typeof world extends fc.Arbitrary<infer T> ? T : never;
type ClusterCase = World["clusters"][number];

function arnOf({ region, name }: { region: string; name: string }): string {
  return `arn:aws:eks:${region}:${ACCOUNT}:cluster/${name}`;
}

function roleNameOf({ region, name }: { region: string; name: string }): string {
  return clusterRoleName("nops-container-cost", { partition: "aws", account: ACCOUNT, region, name });
}

function addExistingRole(account: FakeAccount, one: ClusterCase, providerArn: string): void {
  if (one.role === "none") return;
  const settings = deployment(SETTINGS);
  const spec = roleSpec(settings, arnOf(one), providerArn);
  const role = account.iam.addRole({
    name: spec.name,
    path: spec.path,
    trust: JSON.stringify(spec.trust),
    tags: new Map(Object.entries(spec.tags)),
    inline: new Map([["container-insights-writer", JSON.stringify(spec.policy)]]),
    boundary: spec.boundaryArn,
  });
  if (one.role === "drifted") role.trust = `{"Version":"2012-10-17","Statement":[]}`;
  if (one.role === "half-made") role.inline.clear();
  if (one.role === "attached") role.attached.add("arn:aws:iam::aws:policy/AdministratorAccess");
  if (one.role === "orphan-marked") role.tags.set(TAG.orphanedSince, "2026-11-01T00:00:00Z");
  if (one.role === "foreign") role.tags.delete(TAG.managedBy);
  if (one.role === "other-deployment") role.tags.set(TAG.deployment, "another-bucket");
}

function build({ clusters, failing }: World): FakeAccount {
  const account = new FakeAccount();
  clusters.forEach((one, index) => {
    const eks = account.eks(one.region);
    const issuer = eks.addCluster(one.name, one.status, `ID${index}`);
    const providerArn = oidcProviderArn("aws", ACCOUNT, issuer);
    if (one.hasProvider) account.iam.providers.add(providerArn);
    if (one.status === "GONE") eks.clusters.delete(one.name);
    if (one.unlisted) eks.unlisted.add(one.name);
    if (!one.describable)
      eks.describeFailures.set(one.name, new FakeAwsError("ServerException", "no answer"));
    addExistingRole(account, one, providerArn);
  });
  for (const region of failing)
    account.eks(region).failure = new FakeAwsError("AccessDeniedException", "denied");
  return account;
}

function isOurs(role: StoredRole): boolean {
  return role.tags.get(TAG.managedBy) === MANAGED_BY && role.tags.get(TAG.deployment) === deployment().bucket;
}

/** Looks at every deletion at the moment it is asked for, and makes the chosen calls fail. */
function watch(account: FakeAccount, { faults, failing }: World, violations: string[]): void {
  let count = 0;
  account.iam.fault = (call, name) => {
    count += 1;
    if (call === "deleteRole" && name !== undefined) {
      const role = account.iam.roles.get(name.toLowerCase());
      const [, , , region = "", , path = ""] = (role?.tags.get(TAG.clusterArn) ?? "").split(":");
      const exists = account.eks(region).clusters.has(path.replace("cluster/", ""));
      if (role && !isOurs(role)) violations.push(`${name} is not ours`);
      if (role && exists) violations.push(`the cluster of ${name} exists`);
      if (role && (failing.includes(region) || !REGIONS.includes(region)))
        violations.push(`${name}: region not listed`);
    }
    const fault = faults.find(({ at }) => at === count);
    return fault && new FakeAwsError(fault.code, "injected");
  };
}

function deletable(one: ClusterCase, { failing }: World): boolean {
  return (
    one.status === "GONE" && one.describable && REGIONS.includes(one.region) && !failing.includes(one.region)
  );
}

async function expectConverged(account: FakeAccount, input: World): Promise<void> {
  const settings = deployment(SETTINGS);
  const store = openRoleStore(account.iam);
  for (const [index, one] of input.clusters.entries()) {
    const issuer = `https://oidc.eks.${one.region}.amazonaws.com/id/ID${index}`;
    const foreign = one.role === "foreign" || one.role === "other-deployment";
    const wanted =
      (one.status === "ACTIVE" || one.status === "UPDATING") &&
      one.hasProvider &&
      one.describable &&
      !one.unlisted &&
      REGIONS.includes(one.region) &&
      !input.failing.includes(one.region);
    const role = await store.readRole(roleNameOf(one));
    if (foreign) expect(role).toBeDefined();
    else if (wanted) {
      const spec = roleSpec(settings, arnOf(one), oidcProviderArn("aws", ACCOUNT, issuer));
      expect(role && diffRole(role, spec)).toEqual([]);
    } else if (deletable(one, input)) expect(role).toBeUndefined();
    else expect(role !== undefined).toBe(one.role !== "none");
  }
}

test("any world with any faults converges, and nothing is ever deleted on missing evidence", async () => {
  const property = fc.asyncProperty(world, async (input) => {
    const account = build(input);
    const violations: string[] = [];
    const foreign = [...account.iam.roles.values()]
      .filter((role) => !isOurs(role))
      .map((role) => structuredClone(role));
    watch(account, input, violations);
    await account.reconcile(SETTINGS).catch(() => undefined);
    account.advance(30);
    await account.reconcile(SETTINGS).catch(() => undefined);
    watch(account, { ...input, faults: [] }, violations);
    for (let run = 0; run < 2; run++) {
      await account.reconcile(SETTINGS);
      account.advance(30);
    }
    await expectConverged(account, input);
    account.iam.forgetCalls();
    await account.reconcile(SETTINGS);
    expect(account.iam.writes).toEqual([]);
    expect(violations).toEqual([]);
    for (const role of foreign) expect(account.iam.role(role.name)).toEqual(role);
  });
  // As many cases as fast-check is told: a hundred here, thousands each night.
  await fc.assert(property);
});
