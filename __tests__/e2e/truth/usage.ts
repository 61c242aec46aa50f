import assert from "node:assert/strict";
import { isoSeconds } from "../../../contract/hours.ts";
import type { Checks } from "../checks.ts";
import { containerKey } from "../export/container-truth.ts";
import { assertSameRows, rowDifferences } from "../export/differences.ts";
import { textTable } from "../ground/text-table.ts";
import { expectedContainers, type ExpectedContainer } from "../ground/generator/expected-usage.ts";
import type { ClusterPlan, Life } from "../ground/generator/plan.ts";
import { readRows, type FileRow } from "../readers/read-rows.ts";
import { exportedFile } from "./export.ts";
import type { TruthFiles } from "./files.ts";

// What rows miss, each by its own phase, adds up to the root of the squares; this many times as much is never seen.
const SPREADS = 3;

/** One column's sum in one hour. */
interface UsageLine {
  readonly hour: number;
  readonly column: string;
  readonly expected: number;
  readonly exported: number;
  readonly allowed: number;
}

/** Holds the exported usage of some hours to the closed forms, row by row and in sum, and prints the table. */
export async function checkUsage(
  checks: Checks,
  plan: ClusterPlan,
  hours: Life,
  folder: string,
  files: TruthFiles,
): Promise<void> {
  const lines: UsageLine[] = [];
  for (let hour = hours.from; hour < hours.until; hour += 3600) {
    const rows = await readRows(exportedFile(folder, "container", hour));
    const expected = expectedContainers(plan, hour);
    lines.push(...usageLines(hour, rows, expected));
    const title = `container ${isoSeconds(hour).slice(0, 16)}: each of ${rows.length} rows used what its closed forms say`;
    await checks.check(title, () => {
      const truth = new Map([...expected].map(([key, { columns }]) => [key, columns]));
      const told = Object.keys([...truth.values()][0] ?? {});
      const partly = rows.map((row) => ({ row, of: only(row, told) }));
      const keys = new Map(partly.map(({ row, of }) => [of, containerKey(row)]));
      assertSameRows(rowDifferences([...keys.keys()], truth, (row) => keys.get(row) ?? ""));
      files.passed("container", hour, rows.length, "closed forms");
    });
  }
  console.log(`\n${usageText(lines)}\n`);
  console.log(BOUNDS);
  await checks.check(`all ${lines.length} sums are expected = exported, within what is allowed`, () => {
    const off = lines.filter(
      ({ expected, exported, allowed }) => !(Math.abs(exported - expected) <= allowed),
    );
    assert.ok(lines.length > 0 && off.length === 0, `${off.length} are off:\n${usageText(off)}`);
  });
}

const BOUNDS = `Allowed: for what is computed from a scrape a minute three times the root of the squares of what each row may miss,
and all of what containers that started, ended or were restarted within the hour may miss at those moments; nothing
for the rest.`;

function only(row: FileRow, columns: readonly string[]): FileRow {
  return Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));
}

function usageLines(
  hour: number,
  rows: readonly FileRow[],
  expected: ReadonlyMap<string, ExpectedContainer>,
): UsageLine[] {
  const first = [...expected.values()][0]?.columns ?? {};
  const columns = Object.keys(first).filter((column) => column !== "node" && column !== "last_seen");
  return columns.map((column) => {
    const line = { expected: 0, broken: 0, squares: 0 };
    for (const { columns: must, wholeHour } of expected.values()) {
      const cell = must[column];
      if (typeof cell === "number") line.expected += cell;
      if (typeof cell !== "object" || cell === null) continue;
      line.expected += cell.value;
      if (wholeHour) line.squares += cell.within ** 2;
      else line.broken += cell.within;
    }
    return {
      hour,
      column,
      expected: line.expected,
      exported: rows.reduce((sum, row) => sum + Number(row[column] ?? 0), 0),
      allowed: line.broken + SPREADS * Math.sqrt(line.squares) + 1e-9 * line.expected,
    };
  });
}

function usageText(lines: readonly UsageLine[]): string {
  const head = ["hour", "column", "expected", "exported", "difference", "allowed"];
  const cells = lines.map(({ hour, column, expected, exported, allowed }) => [
    isoSeconds(hour).slice(0, 13),
    column,
    ...[expected, exported, exported - expected, allowed].map((value) => value.toFixed(3)),
  ]);
  return textTable([head, ...cells], 2);
}
