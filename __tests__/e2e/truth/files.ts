import { isoSeconds } from "../../../contract/hours.ts";
import { textTable } from "../ground/text-table.ts";

/** A file that was exported, and what it was held to. */
interface TruthFile {
  readonly dataset: string;
  readonly hour: string;
  readonly rows: number;
  readonly bytes: number;
  readonly checks: string[];
}

/** Every file of a run, as `export` reported it, with the checks that it passed. */
export class TruthFiles {
  readonly #files: TruthFile[] = [];

  add(exported: Omit<TruthFile, "checks">): void {
    const { dataset, hour, rows, bytes } = exported;
    this.#files.push({ dataset, hour: hour.slice(0, 16), rows, bytes, checks: [] });
  }

  /** Notes that a file, which has to be there, passed a check. @throws Error when it was not exported, or has other rows */
  passed(dataset: string, hour: number, rows: number, check: string): void {
    const at = isoSeconds(hour).slice(0, 16);
    const file = this.#files.find((one) => one.dataset === dataset && one.hour === at);
    if (file?.rows !== rows)
      throw new Error(`the report says ${file?.rows ?? "nothing"} of the ${rows} rows of ${dataset} ${at}`);
    file.checks.push(check);
  }

  /** Files that were held to nothing. */
  unchecked(): string[] {
    return this.#files
      .filter(({ checks }) => checks.length === 0)
      .map(({ dataset, hour }) => `${dataset} ${hour}`);
  }

  get all(): readonly Omit<TruthFile, "checks">[] {
    return this.#files;
  }

  /** Dataset, hour, rows, bytes, checks. */
  text(): string {
    const rows = this.#files.map(({ dataset, hour, rows: count, bytes, checks }) => [
      dataset,
      hour,
      checks.join(", "),
      String(count),
      String(bytes),
    ]);
    return textTable([["dataset", "hour", "held to", "rows", "bytes"], ...rows], 3);
  }
}
