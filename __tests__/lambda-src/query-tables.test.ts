import { describe, expect, test } from "@jest/globals";
import { MAX_PROPERTY_LENGTH } from "../../contract/query-tables.ts";
import type { QueryTables } from "../../lambda-src/reconcile/ports.ts";
import { planList, planRelease, type ClusterList } from "../../lambda-src/reconcile/query-tables.ts";
import { destroy, reconcile } from "../../lambda-src/reconcile/reconcile.ts";
import { ACCOUNT, deployment, FakeAccount } from "../fakes/fake-account.ts";

const id = (region: string, name: string): string => `${ACCOUNT}.${region}.${name}`;
const PROD = id("eu-west-1", "prod");
const SHOP = id("us-east-1", "shop");
const GONE = id("eu-west-1", "gone");
const NEW: ClusterList = { type: "injected", values: "" };

/** Tables with nothing but their lists. */
class ListedTables implements QueryTables {
  readonly lists: Map<string, ClusterList>;
  readonly failures = new Map<string, Error>();
  writes = 0;

  constructor(...names: string[]) {
    this.lists = new Map(names.map((name) => [name, NEW]));
  }

  get names(): readonly string[] {
    return [...this.lists.keys(), ...this.failures.keys()];
  }

  async changeList(name: string, change: (present: ClusterList) => ClusterList | undefined) {
    const failure = this.failures.get(name);
    if (failure) throw failure;
    const list = change(this.lists.get(name) ?? NEW);
    if (list === undefined) return "unchanged";
    this.lists.set(name, list);
    this.writes++;
    return "changed";
  }
}

describe("a table's list of clusters", () => {
  test("begins with the first cluster, and the table with queries that need not name any", () => {
    expect(planList(NEW, [SHOP, PROD])).toEqual({ list: { type: "enum", values: `${PROD},${SHOP}` } });
  });

  test("is not begun without a cluster: Athena refuses an enum without values", () => {
    expect(planList(NEW, [])).toEqual({});
    expect(planList({ type: "enum", values: "" }, [])).toEqual({ list: NEW });
  });

  test("only grows: a cluster that is gone stays", () => {
    const present = { type: "enum", values: `${PROD},${GONE}` };
    expect(planList(present, [SHOP])).toEqual({ list: { type: "enum", values: `${GONE},${PROD},${SHOP}` } });
    expect(planList(present, [])).toEqual({});
  });

  test.each([
    { type: "enum", values: `${SHOP},${PROD}` },
    { type: " ENUM ", values: `${PROD},${GONE},${SHOP}` },
  ])("is left alone when nothing is missing: %j", (present) => {
    expect(planList(present, [PROD, SHOP])).toEqual({});
  });

  test("is put right where somebody wrote white space, which to Athena is part of a value", () => {
    const present = { type: "enum", values: `${PROD}, ${SHOP},` };
    expect(planList(present, [PROD, SHOP])).toEqual({ list: { type: "enum", values: `${PROD},${SHOP}` } });
  });

  test("is used again where somebody switched it off", () => {
    const present = { type: "injected", values: PROD };
    expect(planList(present, [PROD])).toEqual({ list: { type: "enum", values: PROD } });
  });

  test("loses nothing at Glue's limit: queries name their clusters, and somebody is told", () => {
    const short = [...Array(14_000).keys()].map((index) => id("eu-west-1", `c${index}`));
    const fits = short
      .join(",")
      .slice(0, MAX_PROPERTY_LENGTH)
      .replace(/,[^,]*$/, "");
    const present = { type: "enum", values: fits };
    expect(planList(present, [])).toEqual({});

    const more = [...Array(4_000).keys()].map((index) => id("us-east-1", `more-${index}`));
    const { list, problem } = planList(present, more);
    expect(list).toEqual({ type: "injected", values: fits });
    expect(problem).toMatch(/its list of \d+ clusters would be \d+ bytes long, and Glue takes 512000;/);
    expect(problem).toContain('the property "projection.cluster.values"');
    // The next run writes nothing, and says so again.
    expect(planList({ type: "injected", values: fits }, more)).toEqual({ problem });
  });

  test("of the longest names there are fits for almost four thousand clusters", () => {
    const longest = (index: number): string => id("ap-southeast-1", String(index).padEnd(100, "x"));
    const clusters = [...Array(3_900).keys()].map(longest);
    expect(planList(NEW, clusters).problem).toBeUndefined();
    expect(
      planList(NEW, [...clusters, ...clusters.map((each) => `${each.slice(0, -1)}y`)]).problem,
    ).toBeDefined();
  });

  test("is kept but not used once nobody keeps it", () => {
    expect(planRelease({ type: "enum", values: PROD })).toEqual({ list: { type: "injected", values: PROD } });
    expect(planRelease({ type: "injected", values: PROD })).toEqual({});
    expect(planRelease(NEW)).toEqual({});
  });
});

describe("a run", () => {
  test("lists the clusters that get a role in every table, and the second writes nothing", async () => {
    const account = new FakeAccount();
    account.addCluster("eu-west-1", "prod");
    account.addCluster("us-east-1", "shop");
    const queryTables = new ListedTables("db.allocation_v1", "db.container_v1");

    const first = await reconcile(deployment(), { ...account.ports(), queryTables });
    expect(first.status).toBe("ok");
    expect(first.queryTables).toEqual({
      updated: ["db.allocation_v1", "db.container_v1"],
      skipped: [],
      problems: [],
    });
    for (const list of queryTables.lists.values())
      expect(list).toEqual({ type: "enum", values: `${PROD},${SHOP}` });

    const second = await reconcile(deployment(), { ...account.ports(), queryTables });
    expect(second.queryTables).toEqual({ updated: [], skipped: [], problems: [] });
    expect(queryTables.writes).toBe(2);
  });

  test("lists no cluster that waits, is excluded or has no OIDC provider, but one whose role is left alone", async () => {
    const account = new FakeAccount();
    account.addCluster("eu-west-1", "prod");
    const queryTables = new ListedTables("db.t");
    await reconcile(deployment(), account.ports());
    account.addCluster("eu-west-1", "new", { status: "CREATING" });
    account.addCluster("us-east-1", "shop");
    account.addCluster("us-east-1", "bare");
    account.iam.providers.delete([...account.iam.providers].at(-1) ?? "");

    const excluded = deployment({ clusterExclude: ["prod", "shop"] });
    await reconcile(excluded, { ...account.ports(), queryTables });
    expect(queryTables.lists.get("db.t")).toEqual({ type: "enum", values: PROD });
  });

  test("keeps a cluster in the list when it and its role are gone", async () => {
    const account = new FakeAccount();
    account.addCluster("eu-west-1", "prod");
    account.addCluster("eu-west-1", "gone");
    const queryTables = new ListedTables("db.t");
    const settings = deployment({ orphanGraceHours: 0 });
    await reconcile(settings, { ...account.ports(), queryTables });
    account.eks("eu-west-1").clusters.delete("gone");

    const { counts } = await reconcile(settings, { ...account.ports(), queryTables });
    expect(counts).toMatchObject({ delete: 1 });
    expect(queryTables.lists.get("db.t")).toEqual({ type: "enum", values: `${GONE},${PROD}` });
  });

  test("with a region that cannot be listed takes nothing from the list", async () => {
    const account = new FakeAccount();
    account.addCluster("eu-west-1", "prod");
    account.addCluster("us-east-1", "shop");
    const queryTables = new ListedTables("db.t");
    await reconcile(deployment(), { ...account.ports(), queryTables });
    const ports = account.ports();
    const broken = (region: string) => {
      if (region === "us-east-1") throw new Error("no answer");
      return ports.clusters(region);
    };
    await reconcile(deployment(), { ...ports, clusters: broken, queryTables });
    expect(queryTables.lists.get("db.t")).toEqual({ type: "enum", values: `${PROD},${SHOP}` });
    expect(queryTables.writes).toBe(1);
  });

  test("makes its roles whatever becomes of a table, does the other tables, and tells", async () => {
    const account = new FakeAccount();
    const role = account.addCluster("eu-west-1", "prod");
    const queryTables = new ListedTables("db.t");
    queryTables.failures.set("db.denied", new Error("User is not authorized to perform: glue:GetTable"));

    const report = await reconcile(deployment(), { ...account.ports(), queryTables });
    expect(account.iam.role(role)).toBeDefined();
    expect(report.counts).toEqual({ create: 1 });
    expect(report.status).toBe("partial");
    expect(report.queryTables?.updated).toEqual(["db.t"]);
    expect(report.problems).toEqual([
      'Query table "db.denied": it cannot be read or changed: User is not authorized to perform: glue:GetTable; its list of clusters stays as it is, and a cluster that is new is not in it',
    ]);
  });

  test("that has no time left for the tables is incomplete, so that the next one continues", async () => {
    const account = new FakeAccount();
    account.addCluster("eu-west-1", "prod");
    const queryTables = new ListedTables("db.t");
    await reconcile(deployment(), account.ports());
    account.timeLeft = () => false;

    const report = await reconcile(deployment(), { ...account.ports(), queryTables });
    expect(report).toMatchObject({ status: "incomplete", queryTables: { skipped: ["db.t"] } });
    expect(queryTables.writes).toBe(0);
  });

  test("of a deployment without tables says nothing of them", async () => {
    expect((await new FakeAccount().reconcile()).queryTables).toBeUndefined();
  });
});

describe("a destroy", () => {
  test("leaves the tables to queries that name their clusters: create_iam_user keeps no list", async () => {
    const account = new FakeAccount();
    account.addCluster("eu-west-1", "prod");
    const queryTables = new ListedTables("db.t");
    await reconcile(deployment(), { ...account.ports(), queryTables });

    const report = await destroy(deployment(), { ...account.ports(), queryTables });
    expect(report).toMatchObject({ status: "ok", queryTables: { updated: ["db.t"] } });
    expect(queryTables.lists.get("db.t")).toEqual({ type: "injected", values: PROD });
  });

  test("is not stopped by a table", async () => {
    const account = new FakeAccount();
    account.addCluster("eu-west-1", "prod");
    await reconcile(deployment(), account.ports());
    const queryTables = new ListedTables();
    queryTables.failures.set("db.denied", new Error("no"));

    const report = await destroy(deployment(), { ...account.ports(), queryTables });
    expect(report).toMatchObject({ status: "ok", problems: [], counts: { delete: 1 } });
    expect(report.queryTables?.problems).toHaveLength(1);
  });
});
