import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { parquetReadObjects } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { Row } from "../../../../contract/datasets/column.ts";
import { readFooter } from "../../../../agent-src/export/parquet-read.ts";
import { BOUND_BYTES } from "../../../../agent-src/export/parquet/limits.ts";
import { parquetSchema } from "../../../../agent-src/export/parquet-schema.ts";
import { anyRow, anySeries, EVERY_TYPE, singleRows } from "../../../fakes/parquet-arbitraries.ts";
import { asRead, encodeItems } from "../../../fakes/parquet-files.ts";

/** The same rows by the library that the encoder took the place of. */
function encodeWithLibrary(rows: readonly Row[]): Uint8Array {
  const buffer = new ByteWriter();
  const writer = new ParquetWriter({
    writer: buffer,
    schema: parquetSchema(EVERY_TYPE),
    codec: "SNAPPY",
    statisticsTruncateLength: BOUND_BYTES,
  });
  const columnData = EVERY_TYPE.columns.map((column) => ({
    name: column.name,
    data: rows.map((row) => {
      const value = row[column.name] ?? null;
      return typeof value === "string" ? value : asRead(column, value);
    }),
    encoding: "PLAIN" as const,
  }));
  void writer.write({ columnData, rowGroupSize: rows.length });
  void writer.finish();
  return buffer.getBytes();
}

test("the same values and, but for NaN, the same statistics as hyparquet-writer", async () => {
  const items = fc.array(fc.oneof(anyRow, anySeries(20)), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(items, async (added) => {
      const rows = [...singleRows(added)];
      fc.pre(rows.length > 0);
      const [ours, theirs] = [(await encodeItems(EVERY_TYPE, added)).bytes, encodeWithLibrary(rows)];
      const [read, expected] = [ours, theirs].map((bytes) => new Uint8Array(bytes).buffer);
      expect(await parquetReadObjects({ file: read as ArrayBuffer })).toEqual(
        await parquetReadObjects({ file: expected as ArrayBuffer }),
      );
      const [group, reference] = [ours, theirs].map((bytes) => readFooter(bytes).file.row_groups[0]);
      for (const [at, { name }] of EVERY_TYPE.columns.entries()) {
        const statistics = group?.columns[at]?.meta_data?.statistics;
        const { min_value, max_value, null_count, ...rest } =
          reference?.columns[at]?.meta_data?.statistics ?? {};
        expect([name, statistics?.null_count]).toEqual([name, null_count]);
        // A reader to which NaN is above all numbers must not skip them: ours has no bounds then.
        if (rows.some((row) => Number.isNaN(row[name]))) expect(statistics?.max_value).toBeUndefined();
        else expect([name, statistics]).toEqual([name, { ...rest, min_value, max_value, null_count }]);
      }
    }),
    { numRuns: 80 },
  );
});
