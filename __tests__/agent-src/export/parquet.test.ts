import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { DuckDBInstance } from "@duckdb/node-api";
import { parquetReadObjects } from "hyparquet";
import parquetjs from "parquetjs-lite";
import type { Dataset, Row } from "../../../contract/datasets/column.ts";
import { encodeRows, type EncodedFile } from "../../../agent-src/export/parquet.ts";
import { ROW_GROUP_BYTES, ROW_GROUP_ROWS } from "../../../agent-src/export/parquet/limits.ts";
import { footerMismatch, readFooter, readTotals, sha256Of } from "../../../agent-src/export/parquet-read.ts";
import { EDGES, edgeRows, RUN } from "../../fakes/edges.ts";
import { allocationRows, CLUSTER_ARN, containerRows, datasetNamed, TEN } from "../../fakes/hours.ts";

async function encode(
  dataset: Dataset,
  rows: readonly Row[],
): Promise<{ bytes: Uint8Array; chunks: number; file: EncodedFile }> {
  const chunks: Uint8Array[] = [];
  async function* stream() {
    yield* rows;
  }
  const subject = { dataset, clusterArn: CLUSTER_ARN, hour: TEN };
  const file = await encodeRows(subject, stream(), async (bytes) => void chunks.push(bytes));
  return { bytes: Buffer.concat(chunks), chunks: chunks.length, file };
}

function groupSizes(bytes: Uint8Array): number[] {
  return readFooter(bytes).file.row_groups.map((group) => Number(group.num_rows));
}

describe("encodeRows", () => {
  const directory = mkdtempSync(join(tmpdir(), "parquet-"));
  const edgesPath = join(directory, "edges.parquet");
  let edges: Uint8Array;

  beforeAll(async () => {
    edges = (await encode(EDGES, edgeRows())).bytes;
    writeFileSync(edgesPath, edges);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test("hyparquet reads every value back, NaN, infinities, -0, null and 64-bit extremes told apart", async () => {
    const rows = await parquetReadObjects({ file: new Uint8Array(edges).buffer });
    const expected = edgeRows().map((row) => ({
      ...row,
      hour_start: new Date(TEN * 1000),
      instant: row["instant"] === null ? null : new Date(Number(row["instant"])),
    }));
    expect(rows.length).toBe(80);
    rows.forEach((row, index) => {
      for (const [name, value] of Object.entries(expected[index] ?? {})) {
        expect(row[name] ?? null).toEqual(value);
      }
    });
    // The encoder's dictionary would have made them one.
    expect(Object.is(rows[1]?.["number"], -0)).toBe(true);
    expect(Object.is(rows[0]?.["number"], 0)).toBe(true);
  });

  test("DuckDB sees the dictionary's types and the same values", async () => {
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    await connection.run("SET TimeZone='UTC'");
    const reader = await connection.runAndReadAll(
      `SELECT *, epoch_ms(instant) AS ms FROM read_parquet('${edgesPath}') ORDER BY id`,
    );
    const names = reader.columnNames();
    const types = Object.fromEntries(names.map((name, index) => [name, String(reader.columnTypes()[index])]));
    expect(types).toMatchObject({
      hour_start: "TIMESTAMP WITH TIME ZONE",
      cluster_arn: "VARCHAR",
      text: "VARCHAR",
      number: "DOUBLE",
      whole: "BIGINT",
      flag: "BOOLEAN",
      instant: "TIMESTAMP WITH TIME ZONE",
    });
    const rows = reader.getRowObjectsJS();
    edgeRows().forEach((row, index) => {
      for (const name of ["text", "number", "whole", "flag"]) expect(rows[index]?.[name]).toEqual(row[name]);
      const instant = row["instant"] === null ? null : BigInt(Number(row["instant"]));
      expect(rows[index]?.["ms"]).toEqual(instant);
    });
    connection.closeSync();
    instance.closeSync();
  });

  test("parquetjs-lite reads what it can represent", async () => {
    const reader = await parquetjs.ParquetReader.openFile(edgesPath);
    const cursor = reader.getCursor();
    const rows: Record<string, unknown>[] = [];
    for (let row = await cursor.next(); row; row = await cursor.next()) rows.push(row);
    await reader.close();
    expect(rows.length).toBe(80);
    edgeRows().forEach((row, index) => {
      for (const name of ["text", "number", "flag"]) expect(rows[index]?.[name] ?? null).toEqual(row[name]);
      // It knows neither 64-bit integers' limits nor logical timestamps: both are bigint.
      expect(rows[index]?.["whole"] ?? null).toEqual(row["whole"]);
      const instant = row["instant"] === null ? null : BigInt(Number(row["instant"]));
      expect(rows[index]?.["instant"] ?? null).toEqual(instant);
    });
  });

  test("the footer names schema, dataset, cluster, hour, codec and writer, and nothing that changes", async () => {
    const footer = readFooter(edges);
    expect(footer.rows).toBe(80);
    expect(footer.metadata).toEqual({
      "container-insights:schema": "container-insights/edges/v3",
      "container-insights:dataset": "edges",
      "container-insights:version": "3",
      "container-insights:cluster-arn": CLUSTER_ARN,
      "container-insights:hour": "2026-11-22T10:00:00Z",
      "container-insights:codec": "SNAPPY",
      "container-insights:writer": "container-insights/0.2.0",
    });
    const nullable = footer.file.schema.find(({ name }) => name === "text");
    const required = footer.file.schema.find(({ name }) => name === "cluster_arn");
    expect([nullable?.repetition_type, required?.repetition_type]).toEqual(["OPTIONAL", "REQUIRED"]);
    expect(footer.file.schema.find(({ name }) => name === "instant")?.logical_type).toEqual({
      type: "TIMESTAMP",
      isAdjustedToUTC: true,
      unit: "MILLIS",
    });
  });

  test.each(["allocation", "container"])(
    "%s: rows, bytes, checksum and totals are those of the file",
    async (name) => {
      const dataset = datasetNamed(name);
      const rows = name === "allocation" ? allocationRows(TEN, 500) : containerRows(TEN, 500);
      const { bytes, file } = await encode(dataset, rows);
      expect(file.rows).toBe(500);
      expect(file.bytes).toBe(bytes.length);
      expect(file.sha256).toBe(sha256Of(bytes));
      expect(file.totals).toEqual(await readTotals(bytes, dataset));
      expect(Object.keys(file.totals)).toEqual(dataset.totals);
      expect(
        footerMismatch(readFooter(bytes), { dataset, clusterArn: CLUSTER_ARN, hour: TEN }),
      ).toBeUndefined();
      expect(
        footerMismatch(readFooter(bytes), { dataset, clusterArn: CLUSTER_ARN, hour: TEN + 3600 }),
      ).toMatch(/container-insights:hour/);
    },
  );

  test("totals leave NaN and infinities out and say so", async () => {
    const { file } = await encode(EDGES, [
      { ...RUN, id: 1n, number: 1.5, whole: 2n },
      { ...RUN, id: 2n, number: Number.NaN, whole: 3n },
      { ...RUN, id: 3n, number: Infinity },
    ]);
    expect(file.totals).toEqual({ number: 1.5, whole: 5 });
    expect(file.warnings).toEqual(['total of "number" leaves out 2 values that are NaN or infinite']);
  });

  test("bytes come a row group at a time: 50,000 rows, or 8 MiB of values", async () => {
    const narrow = Array.from({ length: ROW_GROUP_ROWS + 5 }, (_, index) => ({ ...RUN, id: index }));
    const byRows = await encode(EDGES, narrow);
    // Two row groups and the footer.
    expect(byRows.chunks).toBe(3);
    expect(groupSizes(byRows.bytes)).toEqual([ROW_GROUP_ROWS, 5]);

    const text = "x".repeat(ROW_GROUP_BYTES / 10);
    const byBytes = await encode(
      EDGES,
      Array.from({ length: 25 }, (_, index) => ({ ...RUN, id: index, text: `${index} ${text}` })),
    );
    expect(groupSizes(byBytes.bytes)).toEqual([10, 10, 5]);
    expect(byBytes.file.rows).toBe(25);
  });

  test("an hour without rows writes nothing at all", async () => {
    const { bytes, chunks, file } = await encode(EDGES, []);
    expect([bytes.length, chunks, file.rows, file.bytes]).toEqual([0, 0, 0, 0]);
  });

  test.each<[string, Row, RegExp]>([
    ["text for a number", { number: "1.5" }, /"1.5" in column "number": expected a number or null .*id=7n/],
    ["a number for text", { text: 5 }, /5 in column "text": expected text or null/],
    ["a fraction for a whole number", { whole: 1.5 }, /1.5 in column "whole"/],
    ["more than 64 bits", { whole: 2n ** 63n }, /9223372036854775808n in column "whole"/],
    ["an unsafe number", { whole: 2 ** 53 }, /9007199254740992 in column "whole"/],
    ["a number for a flag", { flag: 1 }, /1 in column "flag": expected true or false or null/],
    ["null where none may be", { id: null }, /null in column "id": expected a bigint/],
    ["an unknown column", { nonsense: 1 }, /1 in column "nonsense": which the dictionary does not have/],
  ])("%s is an error that names column, value and row", async (_, wrong, message) => {
    await expect(encode(EDGES, [{ ...RUN, id: 7n, ...wrong }])).rejects.toThrow(message);
  });

  test("the same rows give the same bytes under Node and Deno", () => {
    const script = join(import.meta.dirname, "../../fakes/encode-edges.ts");
    const environment = { ...process.env, NO_COLOR: "1" };
    const node = spawnSync(process.execPath, ["--import", "tsx", script], {
      encoding: "utf8",
      env: environment,
    });
    const deno = spawnSync("npx", ["--no", "deno", "run", "-A", script], {
      encoding: "utf8",
      env: environment,
    });
    expect(node.stderr).toBe("");
    expect(node.stdout).toMatch(/^[0-9a-f]{64}\n$/);
    expect(deno.stdout).toBe(node.stdout);
  });
});
