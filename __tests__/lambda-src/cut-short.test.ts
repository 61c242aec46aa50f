import { describe, expect, test } from "@jest/globals";
import { timedLook } from "../../lambda-src/reconcile/look.ts";
import { FakeAccount } from "../fakes/fake-account.ts";

const REGIONS = ["eu-west-1", "us-east-1", "ap-southeast-2", "sa-east-1"];
const SETTINGS = { regions: REGIONS, orphanGraceHours: 0 };

/** Time for so many questions; then there is none. */
function timeFor(questions: number): () => boolean {
  let left = questions;
  return () => left-- > 0;
}

function accountWithClusters(perRegion: number): FakeAccount {
  const account = new FakeAccount();
  for (const region of REGIONS) {
    for (let index = 0; index < perRegion; index++) account.addCluster(region, `cluster-${index}`);
  }
  return account;
}

function hurried(account: FakeAccount, questions: number, settings = SETTINGS) {
  return account.reconcile(settings, { look: timedLook(account.now, timeFor(questions)) });
}

describe("a run whose time runs short while it looks", () => {
  test("makes what it has seen, says what it has not, and how to continue", async () => {
    const account = accountWithClusters(5);
    const report = await hurried(account, 14);
    const reached = report.regions.filter(({ state }) => state === "complete");
    expect(report.status).toBe("incomplete");
    expect(reached.length).toBeGreaterThan(0);
    expect(reached.length).toBeLessThan(4);
    expect(report.counts).toEqual({ create: 5 * reached.length });
    expect(report.problems).toEqual([
      expect.stringMatching(/^Time ran short before these were looked at: regions .*continue now$/),
    ]);
    expect((await account.reconcile(SETTINGS)).status).toBe("ok");
    expect(account.iam.roles.size).toBe(20);
  });

  test("deletes nothing in a region that it did not finish, and no role that it did not read", async () => {
    const account = accountWithClusters(5);
    await account.reconcile(SETTINGS);
    for (const region of REGIONS) account.eks(region).clusters.clear();
    for (let questions = 0; questions < 24; questions++) {
      const copy = structuredClone(account.iam.roles);
      const report = await hurried(account, questions);
      for (const { role, cluster = "" } of report.actions) {
        expect(report.regions).toContainEqual({
          region: cluster.split(":")[3],
          state: "complete",
          clusters: 0,
        });
        expect(report.notes.map((note) => note.role)).not.toContain(role);
      }
      account.iam.roles.clear();
      for (const [key, role] of copy) account.iam.roles.set(key, role);
    }
  });

  test("leaves roles that it did not read as they are", async () => {
    const account = accountWithClusters(5);
    await account.reconcile(SETTINGS);
    for (const role of account.iam.roles.values()) role.trust = "{}";
    const report = await hurried(account, 30);
    expect(report.status).toBe("incomplete");
    expect(report.counts["held"]).toBeGreaterThan(0);
    expect(report.counts["update"]).toBeGreaterThan(0);
    expect((report.counts["held"] ?? 0) + (report.counts["update"] ?? 0)).toBe(20);
    expect(report.problems).toEqual([expect.stringContaining(`${report.counts["held"]} roles`)]);
  });

  test("fails when it has seen no region at all, and has asked for none", async () => {
    const account = accountWithClusters(1);
    const asked: string[] = [];
    for (const region of REGIONS) {
      const list = account.eks(region).listClusters.bind(account.eks(region));
      Object.assign(account.eks(region), {
        listClusters: (input: Parameters<typeof list>[0]) => list((asked.push(region), input)),
      });
    }
    expect((await hurried(account, 0)).status).toBe("failed");
    expect(asked).toEqual([]);
    expect((await account.reconcile(SETTINGS)).status).toBe("ok");
    expect(asked.sort()).toEqual([...REGIONS].sort());
  });

  test("begins elsewhere each time, so that all regions and roles have their turn", async () => {
    const account = accountWithClusters(5);
    await account.reconcile(SETTINGS);
    for (const role of account.iam.roles.values()) role.trust = "{}";
    let runs = 0;
    while ([...account.iam.roles.values()].some(({ trust }) => trust === "{}")) {
      // Runs at the same minute of every second hour, as by the schedule.
      account.advance(2);
      await hurried(account, 20);
      expect(runs++).toBeLessThan(100);
    }
    expect(runs).toBeGreaterThan(2);
  });
});
