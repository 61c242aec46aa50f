import Table from "cli-table3";

const NO_BORDERS = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

/** A column of a table. */
export interface TableColumn {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** Rows of text under a header, aligned, without lines: easy to read and to cut. */
export function formatTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  head: (text: string) => string,
): string {
  const table = new Table({
    head: columns.map(({ title }) => head(title)),
    chars: NO_BORDERS,
    colAligns: columns.map(({ align }) => align ?? "left"),
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  table.push(...rows.map((row) => [...row]));
  // The last column is padded, too: nobody wants trailing blanks.
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
