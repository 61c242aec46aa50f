import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import type { CellValue, Dataset, Row } from "../../../contract/datasets/column.ts";
import { LIMITS, type Limits } from "../../../agent-src/export/parquet/limits.ts";
import { encodeRows } from "../../../agent-src/export/parquet.ts";
import { edgeRows, EDGES } from "../../fakes/edges.ts";
import { CLUSTER_ARN, TEN } from "../../fakes/hours.ts";
import { anyRow, EVERY_TYPE } from "../../fakes/parquet-arbitraries.ts";
import { datasetOf, SMALL } from "../../fakes/parquet-files.ts";

/** A file that readers could disagree about. */
export interface FuzzedFile {
  readonly dataset: Dataset;
  readonly rows: readonly Row[];
  readonly limits: Limits;
}

const MEGABYTE = 1024 * 1024;

/** Rows of every type with any value, as seeded. hyparquet and DuckDB for Node drop a byte order mark at the start. */
function randomRows(seed: number): Row[] {
  return fc
    .sample(anyRow, { seed, numRuns: 1500 })
    .map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, withoutMark(cell)])));
}

function withoutMark(cell: CellValue): CellValue {
  return typeof cell === "string" ? cell.replace(/^\ufeff+/, "") : cell;
}

const NULLS = datasetOf({
  id: "int64",
  text: "string?",
  number: "double?",
  whole: "int64?",
  flag: "boolean?",
  time: "timestamp?",
});
const LONG = datasetOf({ id: "int64", text: "string", text_or_null: "string?" });

function longTexts(): Row[] {
  return Array.from({ length: 8 }, (_, id) => ({
    id,
    text: "😀x".repeat(MEGABYTE / 5 + id),
    text_or_null: id % 3 === 0 ? null : id % 3 === 1 ? "" : `${id}`.repeat(MEGABYTE),
  }));
}

function nothingButNull(): Row[] {
  const { columns } = NULLS;
  return Array.from({ length: 300 }, (_, id) =>
    Object.fromEntries(columns.map(({ name }) => [name, name === "id" ? id : null])),
  );
}

/** The files, by what is special about them. `seed`: of the random ones. */
export function fuzzedFiles(seed: number): Readonly<Record<string, FuzzedFile>> {
  const random = randomRows(seed);
  return {
    "every edge of every type": { dataset: EDGES, rows: edgeRows(), limits: LIMITS },
    "random values": { dataset: EVERY_TYPE, rows: random, limits: LIMITS },
    "random values in small pages and row groups": { dataset: EVERY_TYPE, rows: random, limits: SMALL },
    "texts of a megabyte": { dataset: LONG, rows: longTexts(), limits: LIMITS },
    "nothing but null": { dataset: NULLS, rows: nothingButNull(), limits: SMALL },
    "no rows": { dataset: EVERY_TYPE, rows: [], limits: LIMITS },
  };
}

/** Writes a file as the agent does. @returns its path */
export async function writeFuzzed(
  directory: string,
  name: string,
  { dataset, rows, limits }: FuzzedFile,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  async function* stream(): AsyncGenerator<Row> {
    yield* rows;
  }
  const subject = { dataset, clusterArn: CLUSTER_ARN, hour: TEN };
  await encodeRows(subject, stream(), async (bytes) => void chunks.push(bytes), true, limits);
  const path = join(directory, `${name.replaceAll(" ", "-")}.parquet`);
  await writeFile(path, Buffer.concat(chunks));
  return path;
}
