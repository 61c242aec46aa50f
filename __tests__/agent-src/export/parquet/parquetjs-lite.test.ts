import { expect, test } from "@jest/globals";
import fc from "fast-check";
import parquetjs from "parquetjs-lite";
import type { Dataset, Row } from "../../../../contract/datasets/column.ts";
import type { Limits } from "../../../../agent-src/export/parquet/limits.ts";
import { anyRow, anySeries, EVERY_TYPE, singleRows } from "../../../fakes/parquet-arbitraries.ts";
import { datasetOf, encodeItems, firstDifference, SMALL } from "../../../fakes/parquet-files.ts";

async function readWithLite(dataset: Dataset, bytes: Uint8Array): Promise<Row[]> {
  const reader = await parquetjs.ParquetReader.openBuffer(Buffer.from(bytes));
  const cursor = reader.getCursor();
  const rows: Row[] = [];
  for (let row = await cursor.next(); row; row = await cursor.next()) {
    rows.push(Object.fromEntries(dataset.columns.map(({ name }) => [name, (row?.[name] ?? null) as never])));
  }
  await reader.close();
  return rows;
}

test("it reads every type: times as integers, as it does not know the logical type", async () => {
  const items = fc.array(fc.oneof(anyRow, anySeries(60)), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(items, async (added) => {
      const { bytes } = await encodeItems(EVERY_TYPE, added, SMALL);
      const rows = [...singleRows(added)];
      expect(firstDifference(EVERY_TYPE, await readWithLite(EVERY_TYPE, bytes), rows)).toBeUndefined();
    }),
    { numRuns: 40 },
  );
});

test("it reads dictionaries of more than 256 texts, in runs short and long", async () => {
  const dataset = datasetOf({ id: "int64", text: "string?" });
  const roomy: Limits = {
    ...SMALL,
    rowGroupRows: 20_000,
    rowGroupBytes: 1e6,
    rowGroupPlainBytes: 1e7,
    dictionaryBytes: 1e5,
  };
  const rows = Array.from({ length: 12_000 }, (_, id) => {
    const series = Math.floor(id / (1 + (Math.floor(id / 3000) % 4) * 9));
    return { id, text: series % 13 === 12 ? null : `pod-${(series % 700) + 1000}` };
  });
  const { bytes } = await encodeItems(dataset, rows, { ...roomy, pageRows: 5000 });
  expect(firstDifference(dataset, await readWithLite(dataset, bytes), rows)).toBeUndefined();
});
