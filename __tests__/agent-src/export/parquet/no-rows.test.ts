import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { DuckDBInstance } from "@duckdb/node-api";
import parquetjs from "parquetjs-lite";
import { encodeRows } from "../../../../agent-src/export/parquet.ts";
import { footerMismatch, readFooter } from "../../../../agent-src/export/parquet-read.ts";
import { EDGES } from "../../../fakes/edges.ts";
import { CLUSTER_ARN, TEN } from "../../../fakes/hours.ts";

describe("a file without rows, which takes the place of one that had some", () => {
  const directory = mkdtempSync(join(tmpdir(), "parquet-"));
  const subject = { dataset: EDGES, clusterArn: CLUSTER_ARN, hour: TEN };
  let bytes = Buffer.alloc(0);

  beforeAll(async () => {
    const chunks: Uint8Array[] = [];
    async function* none() {}
    await encodeRows(subject, none(), async (chunk) => void chunks.push(chunk), true);
    bytes = Buffer.concat(chunks);
    writeFileSync(join(directory, "none.parquet"), bytes);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test("has the metadata of its subject, and no rows", () => {
    const footer = readFooter(bytes);
    expect([footer.rows, footer.file.row_groups, footerMismatch(footer, subject)]).toEqual([
      0,
      [],
      undefined,
    ]);
  });

  test("says that its list of no row groups is one of structs, as arrow-rs asks", () => {
    // Number of rows: a 64-bit 0; row groups: a list of 0 structs; key-value metadata: a list.
    expect(bytes.includes(Buffer.from([0x16, 0x00, 0x19, 0x0c, 0x19]))).toBe(true);
    expect(bytes.includes(Buffer.from([0x16, 0x00, 0x19, 0x00, 0x19]))).toBe(false);
  });

  test("is read by DuckDB and parquetjs-lite", async () => {
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    const reader = await connection.runAndReadAll(`SELECT * FROM read_parquet('${directory}/none.parquet')`);
    expect([reader.columnNames(), reader.getRows()]).toEqual([EDGES.columns.map(({ name }) => name), []]);
    const lite = await parquetjs.ParquetReader.openBuffer(bytes);
    expect(await lite.getCursor().next()).toBeNull();
  });
});
