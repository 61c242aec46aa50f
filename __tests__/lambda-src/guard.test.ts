import { describe, expect, test } from "@jest/globals";
import { MANAGED_BY, TAG } from "../../contract/names.ts";
import { roleSpec } from "../../lambda-src/reconcile/desire.ts";
import { DELETE_CHECKS, guardDestroy, guardPlan, type Evidence } from "../../lambda-src/reconcile/guard.ts";
import type { FullRole, Plan } from "../../lambda-src/reconcile/model.ts";
import { planRoles } from "../../lambda-src/reconcile/plan.ts";
import { ACCOUNT, deployment } from "../fakes/fake-account.ts";

const ARN = `arn:aws:eks:eu-west-1:${ACCOUNT}:cluster/old`;
const SETTINGS = deployment({ orphanGraceHours: 0 });

function role(overrides: Partial<FullRole> = {}, tags: Readonly<Record<string, string>> = {}): FullRole {
  return {
    detail: "full",
    name: "nops-container-cost-old_eu-west-1",
    path: "/nops-container-cost/",
    trust: {},
    inlinePolicies: {},
    attachedPolicies: [],
    tags: { [TAG.managedBy]: MANAGED_BY, [TAG.deployment]: SETTINGS.bucket, [TAG.clusterArn]: ARN, ...tags },
    ...overrides,
  };
}

function evidence(overrides: Partial<Evidence["observation"]> = {}): Evidence {
  return {
    deployment: SETTINGS,
    now: new Date("2026-11-24T06:00:00Z"),
    observation: {
      regions: [
        { region: "eu-west-1", state: "complete", clusters: [] },
        { region: "us-east-1", state: "complete", clusters: [] },
      ],
      roles: [],
      unreadableRoles: [],
      oidcProviders: [],
      lookups: [{ arn: ARN, state: "absent" }],
      ...overrides,
    },
  };
}

function deletion(of: FullRole): Plan {
  return { actions: [{ kind: "delete", role: of, reason: "" }], notes: [] };
}

test("with complete evidence a deletion passes", () => {
  expect(guardPlan(deletion(role()), evidence()).actions).toEqual([
    expect.objectContaining({ kind: "delete" }),
  ]);
});

const listed = { arn: ARN, name: "old", status: "ACTIVE" };
const elsewhere = `arn:aws:eks:sa-east-1:${ACCOUNT}:cluster/old`;
const strange = "arn:aws:eks:eu-west-1:999999999999:cluster/old";
const inChina = ARN.replace("arn:aws:", "arn:aws-cn:");

describe("each of these alone holds a deletion", () => {
  test.each<[string, FullRole, Evidence, RegExp]>([
    ["another path", role({ path: "/nops-container-cost/sub/" }), evidence(), /its path is/],
    ["no manager tag", role({}, { [TAG.managedBy]: "" }), evidence(), /has no tag .*managed-by/],
    [
      "another deployment's tag",
      role({}, { [TAG.deployment]: "other" }),
      evidence(),
      /belongs to the deployment "other"/,
    ],
    ["no cluster in the tag", role({}, { [TAG.clusterArn]: "" }), evidence(), /its cluster is unknown/],
    [
      "a cluster of another account",
      role({}, { [TAG.clusterArn]: strange }),
      evidence({ lookups: [{ arn: strange, state: "absent" }] }),
      /is not in account/,
    ],
    [
      "a cluster of another partition",
      role({}, { [TAG.clusterArn]: inChina }),
      evidence({ lookups: [{ arn: inChina, state: "absent" }] }),
      /is not in account/,
    ],
    [
      "a region that is not included, though listed and absent",
      role({}, { [TAG.clusterArn]: elsewhere }),
      evidence({
        regions: [{ region: "sa-east-1", state: "complete", clusters: [] }],
        lookups: [{ arn: elsewhere, state: "absent" }],
      }),
      /not in include_regions/,
    ],
    [
      "a region that failed, though the cluster answers not found",
      role(),
      evidence({ regions: [{ region: "eu-west-1", state: "failed", reason: "throttled" }] }),
      /not completely listed: throttled/,
    ],
    [
      "a region that was not looked at",
      role(),
      evidence({ regions: [] }),
      /not completely listed: not looked at/,
    ],
    [
      "a cluster that is listed, though it answered not found",
      role(),
      evidence({ regions: [{ region: "eu-west-1", state: "complete", clusters: [listed] }] }),
      /its cluster is listed/,
    ],
    [
      "a cluster that still answers",
      role(),
      evidence({ lookups: [{ arn: ARN, state: "present" }] }),
      /still answers/,
    ],
    [
      "a cluster that could not be asked for",
      role(),
      evidence({ lookups: [{ arn: ARN, state: "unknown", reason: "denied" }] }),
      /could not be asked for: denied/,
    ],
    ["a cluster nobody asked for", role(), evidence({ lookups: [] }), /was not asked for/],
  ])("%s", (_name, of, seen, reason) => {
    const guarded = guardPlan(deletion(of), seen);
    expect(guarded.actions).toEqual([]);
    expect(guarded.notes).toEqual([
      expect.objectContaining({ kind: "held", role: of.name, reason: expect.stringMatching(reason) }),
    ]);
  });

  test("and there are five checks", () => {
    expect(DELETE_CHECKS).toHaveLength(5);
  });
});

test.each(["update", "mark-orphan", "clear-orphan"] as const)("no %s of a role that is not ours", (kind) => {
  const action = { kind, role: role({ path: "/" }), reason: "", since: "", changes: [], spec: {} as never };
  expect(guardPlan({ actions: [action], notes: [] }, evidence()).actions).toEqual([]);
});

test("no adoption of a role that was another's than this deployment's before", () => {
  const adopting = { ...evidence(), deployment: { ...SETTINGS, formerBucket: "before" } };
  const guarded = (tags: Readonly<Record<string, string>>) =>
    guardPlan({ actions: [{ kind: "adopt", role: role({}, tags), reason: "" }], notes: [] }, adopting);
  expect(guarded({ [TAG.deployment]: "before" }).actions).toHaveLength(1);
  expect(guarded({ [TAG.deployment]: "another" })).toMatchObject({ actions: [], notes: [{ kind: "held" }] });
  expect(guarded({ [TAG.deployment]: "before", [TAG.managedBy]: "" }).actions).toEqual([]);
});

test("destroy deletes what is ours, whatever is known about its cluster, and nothing else", () => {
  expect(guardDestroy(deletion(role()), SETTINGS).actions).toHaveLength(1);
  const foreign = guardDestroy(deletion(role({}, { [TAG.deployment]: "other" })), SETTINGS);
  expect(foreign.actions).toEqual([]);
  expect(foreign.notes).toEqual([expect.objectContaining({ kind: "held" })]);
});

test("destroy creates nothing", () => {
  const spec = roleSpec(SETTINGS, ARN, undefined);
  const guarded = guardDestroy({ actions: [{ kind: "create", spec, changes: [] }], notes: [] }, SETTINGS);
  expect(guarded.actions).toEqual([]);
  expect(guarded.notes).toMatchObject([{ kind: "held", role: spec.name }]);
});

test("a second role of ours for an existing cluster is not even proposed for deletion", () => {
  const verdict = { kind: "kept", roleName: "its-role", clusterArn: ARN, reason: "" } as const;
  const plan = planRoles(SETTINGS, [verdict], {
    roles: [role({ name: "another-name" })],
    unreadableRoles: [],
  });
  expect(plan.actions).toEqual([]);
  expect(plan.notes).toContainEqual(expect.objectContaining({ kind: "held", role: "another-name" }));
});

test("a role that could not be read is neither made anew nor deleted", () => {
  const plan = planRoles(SETTINGS, [], { roles: [], unreadableRoles: [{ name: "x", reason: "denied" }] });
  expect(plan).toEqual({
    actions: [],
    notes: [{ kind: "held", role: "x", reason: "the role cannot be read: denied" }],
  });
});
