import { beforeEach, expect, test } from "@jest/globals";
import type { Table, TableInput } from "@aws-sdk/client-glue";
import { DATASETS } from "../../contract/datasets/index.ts";
import { queryTable } from "../../contract/query-tables.ts";
import { openQueryTables } from "../../lambda-src/adapters/glue.ts";
import { reconcile } from "../../lambda-src/reconcile/reconcile.ts";
import { ACCOUNT, deployment, FakeAccount } from "../fakes/fake-account.ts";
import { FakeGlue } from "../fakes/fake-glue.ts";

const RETRY = { retries: 3, minTimeout: 0, maxTimeout: 1 };
const PROD = `${ACCOUNT}.eu-west-1.prod`;
const SHOP = `${ACCOUNT}.us-east-1.shop`;
const DATABASE = "nops_container_cost";
const [allocation] = DATASETS.map((dataset) =>
  queryTable(dataset, { bucket: "b", dataPrefix: "p/cluster=", firstDate: "NOW-3YEARS" }),
);
if (allocation === undefined) throw new Error("there is no dataset");
const NAME = `${DATABASE}.${allocation.name}`;

/** Everything that a table can have, as far as TableInput knows it. */
const INPUT: TableInput = {
  Name: allocation.name,
  Description: allocation.description,
  Owner: "hadoop",
  LastAccessTime: new Date("2026-11-02T00:00:00Z"),
  LastAnalyzedTime: new Date("2026-11-03T00:00:00Z"),
  Retention: 7,
  StorageDescriptor: {
    Location: allocation.location,
    Columns: allocation.columns.map(({ name, type, comment }) => ({
      Name: name,
      Type: type,
      Comment: comment,
    })),
    InputFormat: "in",
    OutputFormat: "out",
    SerdeInfo: { SerializationLibrary: "serde", Parameters: { "serialization.format": "1" } },
    Parameters: { stored: "yes" },
  },
  PartitionKeys: allocation.partitionKeys.map(({ name, type, comment }) => ({
    Name: name,
    Type: type,
    Comment: comment,
  })),
  ViewOriginalText: "/* */",
  ViewExpandedText: "/* */",
  TableType: "EXTERNAL_TABLE",
  TargetTable: { Name: "t" },
  FederatedTable: { Identifier: "f" },
  Parameters: { ...allocation.parameters, "written.by": "somebody else" },
};

let glue: FakeGlue;
let account: FakeAccount;

beforeEach(() => {
  glue = new FakeGlue();
  glue.addTable(DATABASE, INPUT);
  account = new FakeAccount();
  account.addCluster("eu-west-1", "prod");
});

function run(tables: readonly string[] = [allocation?.name ?? ""]) {
  const queryTables = openQueryTables(glue, { database: DATABASE, tables }, RETRY);
  return reconcile(deployment(), { ...account.ports(), queryTables });
}

const parameters = (): Table["Parameters"] => glue.table(NAME).Parameters;

test("a table gets its list, and keeps everything else that it had", async () => {
  const before = glue.table(NAME);
  expect((await run()).queryTables).toEqual({ updated: [NAME], skipped: [], problems: [] });
  expect(glue.table(NAME)).toEqual({
    ...before,
    Parameters: {
      ...before.Parameters,
      "projection.cluster.type": "enum",
      "projection.cluster.values": PROD,
    },
    UpdateTime: expect.any(Date),
    VersionId: "1",
  });
});

test("nothing is written while no cluster is new, and no version of a table is kept beside it", async () => {
  await run();
  await run();
  expect(glue.writes).toHaveLength(1);
  expect(glue.writes[0]).toMatchObject({ SkipArchive: true, VersionId: "0" });

  account.addCluster("us-east-1", "shop");
  await run();
  expect(glue.writes).toHaveLength(2);
  expect(parameters()?.["projection.cluster.values"]).toBe(`${PROD},${SHOP}`);
});

test("what somebody else wrote in between is not undone", async () => {
  glue.afterRead = () =>
    glue.change(NAME, {
      Description: "by hand",
      Parameters: { ...parameters(), "projection.cluster.type": "enum", "projection.cluster.values": SHOP },
    });
  expect((await run()).queryTables?.problems).toEqual([]);
  expect(glue.table(NAME).Description).toBe("by hand");
  expect(parameters()?.["projection.cluster.values"]).toBe(`${PROD},${SHOP}`);
});

test("a table that is always changed by somebody else is told, after some tries", async () => {
  const change = (): void => {
    glue.change(NAME, {});
    glue.afterRead = change;
  };
  glue.afterRead = change;
  const { status, problems } = await run();
  expect(status).toBe("partial");
  expect(problems).toEqual([expect.stringContaining("ConcurrentModification: Update table failed")]);
  expect(glue.writes).toEqual([]);
});

test("a table that is missing is told, with what makes it", async () => {
  const { status, problems, queryTables } = await run(["gone_v1", allocation?.name ?? ""]);
  expect(status).toBe("partial");
  expect(problems).toEqual([
    `Query table "${DATABASE}.gone_v1": there is none; apply the account stack, which makes it`,
  ]);
  expect(queryTables?.updated).toEqual([NAME]);
});

test.each(["GetTable", "UpdateTable"])("a denied %s is told, and not tried again", async (action) => {
  glue.denied.add(action);
  const { problems, counts } = await run();
  expect(counts).toEqual({ create: 1 });
  expect(problems).toEqual([
    `Query table "${NAME}": it cannot be read or changed: AccessDenied: User is not authorized to perform: glue:${action}; its list of clusters stays as it is, and a cluster that is new is not in it`,
  ]);
});

test("an owner that is answered empty is left out: Glue takes none that is", async () => {
  glue.change(NAME, { Owner: "" });
  expect((await run()).queryTables?.problems).toEqual([]);
  expect(glue.writes[0]?.TableInput.Owner).toBeUndefined();
});
