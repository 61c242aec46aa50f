import picocolors from "picocolors";
import { readPrintEnvironment } from "./env.ts";
import { printable, printableJson } from "./printable.ts";

/** Flags that every command understands. */
export interface OutputFlags {
  /** One JSON object on stdout instead of text. */
  readonly json?: boolean;
  /** No progress and no notices. */
  readonly quiet?: boolean;
}

/** Colours that are plain text where the stream is no terminal. */
export type Colors = ReturnType<typeof picocolors.createColors>;

/** Where a command prints: results on stdout, progress and notices on stderr. */
export class Terminal {
  /** For stdout. */
  readonly color: Colors;
  /** For stderr. */
  readonly noteColor: Colors;
  readonly #json: boolean;
  readonly #quiet: boolean;
  /** Whether a line can be replaced by the next one: progress goes to a terminal. */
  readonly isLive: boolean;
  #hasLiveLine = false;

  constructor(flags: OutputFlags) {
    const { noColor, forceColor } = readPrintEnvironment();
    this.#json = flags.json ?? false;
    this.#quiet = flags.quiet ?? false;
    this.isLive = process.stderr.isTTY === true && !this.#quiet;
    this.color = picocolors.createColors(!noColor && (forceColor || process.stdout.isTTY === true));
    this.noteColor = picocolors.createColors(!noColor && (forceColor || process.stderr.isTTY === true));
  }

  /** The result: `json` as one object with `--json`, else `text`, which stays to the byte in a file or a pipe. */
  result(json: unknown, text: string): void {
    const shown = process.stdout.isTTY === true ? printable(text) : text;
    process.stdout.write(this.#json ? `${stringify(json)}\n` : `${shown}\n`);
  }

  /** A line of progress or a notice. */
  note(text: string): void {
    if (this.#quiet) return;
    this.#clear();
    process.stderr.write(`${printable(text)}\n`);
  }

  /** A line that the next one replaces; only on a terminal. */
  live(text: string): void {
    if (!this.isLive) return;
    this.#clear();
    process.stderr.write(printable(text));
    this.#hasLiveLine = true;
  }

  /** Takes the live line away. */
  settle(): void {
    this.#clear();
  }

  #clear(): void {
    if (this.#hasLiveLine) process.stderr.write("\r\u001b[2K");
    this.#hasLiveLine = false;
  }
}

/** JSON with bigints as numbers where they are exact, else as text; NaN and infinities as text, which JSON lacks. */
export function stringify(value: unknown): string {
  return printableJson(JSON.stringify(value, (_key, item: unknown) => plain(item), 2));
}

function plain(item: unknown): unknown {
  if (typeof item === "bigint") return Number.isSafeInteger(Number(item)) ? Number(item) : String(item);
  return typeof item === "number" && !Number.isFinite(item) ? String(item) : item;
}
