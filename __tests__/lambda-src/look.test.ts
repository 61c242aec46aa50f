import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { WRITER_POLICY_NAME } from "../../contract/names.ts";
import { isDrawn, scheduledLook, THOROUGH, type Look } from "../../lambda-src/reconcile/look.ts";
import { FakeAccount } from "../fakes/fake-account.ts";

const ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess";
const REGION = "eu-west-1";
const SETTINGS = { regions: [REGION] };

/** What a run by the schedule reads of a role that it did not draw. */
const BRIEF: Look = { ...THOROUGH, inFull: () => false };

async function accountWithRoles(count: number): Promise<{ account: FakeAccount; roles: string[] }> {
  const account = new FakeAccount();
  const roles = Array.from({ length: count }, (_, index) => account.addCluster(REGION, `cluster-${index}`));
  await account.reconcile(SETTINGS);
  account.iam.forgetCalls();
  return { account, roles };
}

const START = fc.date({ min: new Date("2026-01-01"), max: new Date("2036-01-01"), noInvalidDate: true });

function scheduled(account: FakeAccount) {
  return account.reconcile(SETTINGS, { look: scheduledLook(account.now, () => true) });
}

test("a role that is read briefly takes two calls, and an unchanged one no write", async () => {
  const { account } = await accountWithRoles(20);
  expect(await account.reconcile(SETTINGS, { look: BRIEF })).toMatchObject({
    status: "ok",
    counts: { unchanged: 20 },
  });
  const calls = account.iam.calls.map(({ call }) => call);
  expect(calls.filter((call) => call === "getRole")).toHaveLength(20);
  expect(calls.filter((call) => call === "getRolePolicy")).toHaveLength(20);
  expect(calls).toHaveLength(42);
});

test.each([
  ["is gone", (inline: Map<string, string>) => void inline.delete(WRITER_POLICY_NAME)],
  ["differs", (inline: Map<string, string>) => void inline.set(WRITER_POLICY_NAME, "{}")],
])("a role whose writer policy %s is read in full, and all of it is repaired at once", async (_, damage) => {
  const { account, roles } = await accountWithRoles(3);
  const role = account.iam.role(roles[1] ?? "");
  const good = role.inline.get(WRITER_POLICY_NAME);
  damage(role.inline);
  role.inline.set("somebody-elses", "{}");
  role.attached.add(ADMIN);

  const report = await account.reconcile(SETTINGS, { look: BRIEF });
  expect(report).toMatchObject({ status: "ok", counts: { update: 1, unchanged: 2 } });
  expect([...role.inline]).toEqual([[WRITER_POLICY_NAME, good]]);
  expect(role.attached.size).toBe(0);
});

test("a role that vanishes after it was read briefly is made again", async () => {
  const { account, roles } = await accountWithRoles(2);
  const [name = ""] = roles;
  account.iam.role(name).trust = "{}";
  account.iam.fault = (call, role) => {
    if (call === "getRolePolicy" && role === name) account.iam.roles.delete(name.toLowerCase());
    return undefined;
  };
  const report = await account.reconcile(SETTINGS, { look: BRIEF });
  account.iam.fault = () => undefined;
  expect(report.counts).toEqual({ create: 1, unchanged: 1 });
  expect(account.iam.role(name).inline.has(WRITER_POLICY_NAME)).toBe(true);
});

test("a role that was read briefly is deleted with all that was attached to it", async () => {
  const { account, roles } = await accountWithRoles(1);
  account.iam.role(roles[0] ?? "").attached.add(ADMIN);
  account.iam.role(roles[0] ?? "").inline.set("somebody-elses", "{}");
  account.eks(REGION).clusters.clear();
  const report = await account.reconcile({ ...SETTINGS, orphanGraceHours: 0 }, { look: BRIEF });
  expect(report.counts).toEqual({ delete: 1 });
  expect(account.iam.roles.size).toBe(0);
});

test("each run draws about one role in sixteen, other ones each time, whatever the interval between the runs", () => {
  const names = Array.from({ length: 100 }, (_, index) => `nops-container-cost-cluster-${index}_eu-west-1`);
  for (const hours of [1, 2, 12, 16, 24, 32]) {
    const runs = Array.from({ length: 160 }, (_, index) => new Date(index * hours * 3_600_000));
    const drawn = runs.map((instant) => names.filter((name) => isDrawn(name, instant)));
    const share = drawn.flat().length / (runs.length * names.length);
    expect(share).toBeGreaterThan(1 / 18);
    expect(share).toBeLessThan(1 / 14);
    expect(new Set(drawn.flat()).size).toBe(names.length);
  }
});

test("policies that somebody attached are gone after enough runs by the schedule, and then nothing is written", async () => {
  const damage = fc.array(fc.constantFrom("none", "attached", "inline", "both"), {
    minLength: 1,
    maxLength: 8,
  });
  const property = fc.asyncProperty(damage, START, async (kinds, start) => {
    const { account, roles } = await accountWithRoles(kinds.length);
    account.now = start;
    kinds.forEach((kind, index) => {
      const role = account.iam.role(roles[index] ?? "");
      if (kind === "attached" || kind === "both") role.attached.add(ADMIN);
      if (kind === "inline" || kind === "both") role.inline.set("somebody-elses", "{}");
    });
    const undrawn = new Set(roles);
    while (undrawn.size > 0) {
      for (const name of roles) if (isDrawn(name, account.now)) undrawn.delete(name);
      expect((await scheduled(account)).status).toBe("ok");
      account.advance(2);
    }
    for (const name of roles) {
      expect([...account.iam.role(name).inline.keys()]).toEqual([WRITER_POLICY_NAME]);
      expect(account.iam.role(name).attached.size).toBe(0);
    }
    account.iam.forgetCalls();
    await scheduled(account);
    expect(account.iam.writes).toEqual([]);
  });
  await fc.assert(property, { numRuns: 20 });
});
