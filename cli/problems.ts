import { ConfigError } from "../agent-src/export/errors.ts";

/** Collects what is wrong with a command's flags, so that a person sees all of it at once. */
export class Problems {
  readonly #lines: string[] = [];

  add(line: string): void {
    this.#lines.push(line);
  }

  /** The value of `read`; undefined, and a problem, when it throws. */
  attempt<T>(read: () => T, prefix = ""): T | undefined {
    try {
      return read();
    } catch (error) {
      this.add(prefix + (error instanceof Error ? error.message : String(error)));
      return undefined;
    }
  }

  /** The text of a flag that must be given. */
  required(flag: string, value: string | undefined, example: string): string | undefined {
    if (value !== undefined && value !== "") return value;
    this.add(`${flag} is missing; for example ${flag} ${example}`);
    return undefined;
  }

  /** @throws ConfigError with one line for each problem */
  throwIfAny(): void {
    if (this.#lines.length > 0) throw new ConfigError(this.#lines.join("\n"));
  }
}
