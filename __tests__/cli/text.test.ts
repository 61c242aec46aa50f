import { describe, expect, test } from "@jest/globals";
import { DATASETS } from "../../contract/datasets/index.ts";
import { showCell, toCsvLine } from "../../cli/cells.ts";
import { dataDictionary } from "../../cli/data-dictionary.ts";
import { formatBytes, formatCounted, formatDuration } from "../../cli/format.ts";
import { formatTable } from "../../cli/table.ts";
import { stringify } from "../../cli/terminal.ts";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [12_345, "12.3 kB"],
  [345_678, "346 kB"],
  [3_456_789, "3.5 MB"],
  [2e15, "2000 TB"],
])("%i bytes are %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [12.4, "12 ms"],
  [1234, "1.2 s"],
  [125_400, "2 min 5 s"],
  [179_900, "3 min 0 s"],
])("%f milliseconds are %s", (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

test("counts are grouped and in the plural where there are several", () => {
  expect([formatCounted(1, "hour"), formatCounted(12_345, "hour")]).toEqual(["1 hour", "12,345 hours"]);
});

test("cells are short for people and whole for machines", () => {
  const values = [null, 1 / 3, 12n, new Date(0), "a\nb", 'say "x", y', true, Number.NaN];
  expect(values.map(showCell)).toEqual([
    "null",
    "0.3333333",
    "12",
    "1970-01-01T00:00:00Z",
    "a b",
    'say "x", y',
    "true",
    "NaN",
  ]);
  expect(toCsvLine(values)).toBe(
    ',0.3333333333333333,12,1970-01-01T00:00:00Z,"a\nb","say ""x"", y",true,NaN',
  );
});

test("JSON keeps what JSON lacks as text", () => {
  const value = { small: 5n, large: 2n ** 60n, nan: Number.NaN, infinite: -Infinity };
  expect(JSON.parse(stringify(value))).toEqual({
    small: 5,
    large: "1152921504606846976",
    nan: "NaN",
    infinite: "-Infinity",
  });
});

test("a table is aligned, without lines and without trailing blanks", () => {
  const columns = [{ title: "name" }, { title: "n", align: "right" as const }, { title: "note" }];
  const text = formatTable(
    columns,
    [
      ["a", "1", ""],
      ["long name", "1000", "x"],
    ],
    (head) => head,
  );
  expect(text).toBe("name          n  note\na             1\nlong name  1000  x");
});

describe("dataDictionary", () => {
  const text = dataDictionary(DATASETS);

  test("has a section for each dataset and a row for each column", () => {
    for (const dataset of DATASETS) {
      const section = text.slice(text.indexOf(`## ${dataset.name}\n`));
      for (const { name, meaning } of dataset.columns) {
        const row = section.split("\n").find((line) => line.startsWith(`| \`${name}\` |`));
        expect(row).toContain(meaning.replaceAll("<", "&lt;").replaceAll("__", "\\_\\_"));
      }
    }
  });

  test("every row of a table has the table's number of cells", () => {
    const cellsOf = (row: string): number => row.replaceAll("\\|", "").split("|").length;
    const tables = text.split("\n\n").filter((part) => part.startsWith("|"));
    expect(tables).toHaveLength(DATASETS.length + 2);
    for (const table of tables) {
      const [head = "", ...rows] = table.trimEnd().split("\n");
      for (const row of rows) expect(cellsOf(row)).toBe(cellsOf(head));
    }
  });

  test("names the queries that the figures come from", () => {
    expect(text).toMatch(
      /`cpu_usage_core_seconds` \| double \| core-seconds \| yes \|.*increase\(container_cpu_usage_seconds_total/,
    );
    expect(text).toMatch(/`total_cost` \| double \| currency \| yes \|.*OpenCost `totalCost`/);
  });
});
