import type { ParquetQueryFilter } from "hyparquet";
import type { CellValue, Column } from "../../contract/datasets/column.ts";
import type { Limits } from "../../agent-src/export/parquet/limits.ts";
import { SMALL } from "./parquet-files.ts";

/** Pages and row groups for a few hundred rows. */
export const PUSH_DOWN_LIMITS: Limits = {
  ...SMALL,
  rowGroupRows: 500,
  rowGroupBytes: 1024 * 1024,
  rowGroupPlainBytes: 1024 * 1024,
  pageRows: 200,
  pageBytes: 8 * 1024,
  dictionaryBytes: 16 * 1024,
};

/** How many rows each set has: two row groups, the first with several pages. */
export const PUSH_DOWN_ROWS = 600;

/** Values of a column, and questions about them that statistics can answer wrongly. */
export interface PushDownSet {
  readonly type: Column["type"] | `${Column["type"]}?`;
  readonly valueAt: (index: number) => CellValue;
  readonly filters: readonly ParquetQueryFilter[];
}

const is = (value: string | number | bigint | boolean | Date | null): ParquetQueryFilter => ({
  x: { $eq: value },
});
const page = (index: number): number => Math.floor(index / PUSH_DOWN_LIMITS.pageRows);
const PREFIX = "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod-00000000/";

/** Sets by what is special about them. */
export const PUSH_DOWN_SETS: Readonly<Record<string, PushDownSet>> = {
  "ascending integers": {
    type: "int64",
    valueAt: (index) => index,
    filters: [is(0n), is(199n), is(200n), is(500n), { x: { $gte: 490n, $lt: 510n } }],
  },
  "descending integers": {
    type: "int64",
    valueAt: (index) => -index,
    filters: [is(-399n), { x: { $lt: -590n } }, { x: { $gt: -3n } }],
  },
  "integers of 64 bits": {
    type: "int64?",
    valueAt: (index) =>
      [2n ** 63n - 1n, -(2n ** 63n), 9007199254740993n, null, BigInt(index) << 33n][index % 5] ?? null,
    filters: [is(2n ** 63n - 1n), is(-(2n ** 63n)), is(9007199254740993n), is(9007199254740992n), is(null)],
  },
  "times before and after 1970": {
    type: "timestamp",
    valueAt: (index) => (index - 300) * 3_600_000,
    filters: [is(new Date(0)), { x: { $lt: new Date(-200 * 3_600_000) } }, { x: { $gt: new Date(0) } }],
  },
  "scattered doubles": {
    type: "double",
    valueAt: (index) => Math.sin(index) * 1e6,
    filters: [is(0), is(Math.sin(412) * 1e6), { x: { $gt: 990_000 } }, { x: { $lt: -990_000 } }],
  },
  "zeros of both signs": {
    type: "double",
    valueAt: (index) => (page(index) === 0 ? -0 : page(index) === 1 ? 0 : -1),
    filters: [is(0), is(-0), { x: { $gte: 0 } }, { x: { $lte: -0 } }, { x: { $lt: 0 } }],
  },
  "NaN in one page only": {
    type: "double",
    valueAt: (index) => (index === 250 ? NaN : page(index)),
    filters: [is(1), is(7), { x: { $gt: 0.5 } }, { x: { $lt: 0.5 } }],
  },
  infinities: {
    type: "double",
    valueAt: (index) => [Infinity, -Infinity, 1][page(index) % 3] ?? 1,
    filters: [is(Infinity), is(-Infinity), { x: { $gt: 1 } }, { x: { $lt: 1 } }],
  },
  "pages half null, and one null throughout": {
    type: "double?",
    valueAt: (index) => (page(index) === 1 || index % 2 === 1 ? null : index),
    filters: [is(0), is(198), is(400), is(null), { x: { $gt: 590 } }, { x: { $ne: 0 } }],
  },
  "an emoji beside U+FF21": {
    type: "string",
    valueAt: (index) => (index % 300 === 7 ? "😀" : "Ａ"),
    filters: [is("😀"), is("Ａ"), { x: { $in: ["😀", "b"] } }, is("\ue000")],
  },
  "names of a dictionary, sorted": {
    type: "string",
    valueAt: (index) => `pod-${String(Math.floor(index / 6)).padStart(6, "0")}`,
    filters: [
      is("pod-000000"),
      is("pod-000033"),
      is("pod-000090"),
      { x: { $gt: "pod-000098" } },
      is("pod-1"),
    ],
  },
  "texts that are all different": {
    type: "string",
    valueAt: (index) => `${((index * 79) % 601).toString(16).padStart(5, "0")}-${"y".repeat(60)}`,
    filters: [is(`00000-${"y".repeat(60)}`), is(`000a6-${"y".repeat(60)}`), { x: { $lt: "0001" } }],
  },
  "texts that differ behind the 64th byte": {
    type: "string?",
    valueAt: (index) => (index % 11 === 0 ? null : `${PREFIX}${page(index)}-${index % 90}`),
    filters: [
      is(`${PREFIX}0-1`),
      is(`${PREFIX}2-89`),
      is(`${PREFIX}1`),
      { x: { $gt: `${PREFIX}2-8` } },
      is(null),
    ],
  },
  "texts of the last code points": {
    type: "string",
    valueAt: (index) => `${"\u{10ffff}".repeat(index % 20)}${page(index)}`,
    filters: [is("\u{10ffff}".repeat(19) + "1"), is("0"), is("\u{10ffff}".repeat(17) + "2")],
  },
  "empty texts and nulls": {
    type: "string?",
    valueAt: (index) => (page(index) === 2 ? null : page(index) === 1 ? "" : index % 2 === 0 ? "" : "a"),
    filters: [is(""), is("a"), is(null), { x: { $gt: "" } }],
  },
  flags: {
    type: "boolean?",
    valueAt: (index) => (page(index) === 0 ? true : index === 333 ? null : false),
    filters: [is(true), is(false), is(null)],
  },
  "nothing but null": {
    type: "int64?",
    valueAt: () => null,
    filters: [is(1n), is(null), { x: { $gt: 0n } }],
  },
};
