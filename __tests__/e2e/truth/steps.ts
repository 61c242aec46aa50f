import { textTable } from "../ground/text-table.ts";

/** What a step of a run took. */
export interface Step {
  readonly name: string;
  readonly seconds: number;
  /** Most memory of the process that did it. */
  readonly bytes: number;
  readonly note: string;
}

const MIB = 1024 * 1024;

/** The steps as a table. */
export function stepsText(steps: readonly Step[]): string {
  const rows = steps.map(({ name, seconds, bytes, note }) => [
    name,
    seconds.toFixed(1),
    String(Math.round(bytes / MIB)),
    note,
  ]);
  return textTable(
    [["step", "seconds", "MiB", ""], ...rows].map(([name = "", seconds = "", mib = "", note = ""]) => [
      name,
      seconds.padStart(7),
      mib.padStart(6),
      note,
    ]),
    4,
  );
}
