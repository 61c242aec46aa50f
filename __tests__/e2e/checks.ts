/** What a run found. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** Named checks in timed phases. A failed check is told and counted; the next one still runs. */
export class Checks {
  #passed = 0;
  #failed = 0;
  readonly #print: (text: string) => void;
  #phases = 0;
  /** What phases at the side said, to be told after the phase that goes on. */
  readonly #toTell: string[] = [];

  /** @param print takes a line, or lines; @default the console */
  constructor(print: (text: string) => void = console.log) {
    this.#print = print;
  }

  /**
   * Runs a phase and prints its time. A phase that throws outside its checks counts as one failure: what the
   * rest of it needed is not there.
   * @returns what the body returned; undefined when it threw
   */
  async phase<T>(name: string, body: () => Promise<T>): Promise<T | undefined> {
    const start = performance.now();
    this.#print(`\n== ${name}`);
    this.#phases++;
    try {
      return await body();
    } catch (error) {
      this.#fail(`${name}: could not go on`, error);
      return undefined;
    } finally {
      this.#print(`-- ${name}: ${seconds(start)}`);
      this.#phases--;
      this.#tellAsides();
    }
  }

  /**
   * Runs one check.
   * @param remark what to tell beside the time of one that passed
   * @returns what it returned; undefined when it failed
   */
  async check<T>(name: string, body: () => Promise<T> | T, remark?: () => string): Promise<T | undefined> {
    const start = performance.now();
    try {
      const result = await body();
      this.#passed++;
      this.#print(`  ok    ${name} (${[seconds(start), remark?.()].filter(Boolean).join(", ")})`);
      return result;
    } catch (error) {
      this.#fail(name, error);
      return undefined;
    }
  }

  /** Tells something beside the checks. */
  note(text: string): void {
    this.#print(`  ${text}`);
  }

  /**
   * Runs phases at the same time as others. What they find is counted here, and told in one piece when they have ended.
   * @returns what the body returned; undefined when it threw, which is counted as a failure
   */
  async aside<T>(name: string, body: (checks: Checks) => Promise<T>): Promise<T | undefined> {
    const told: string[] = [];
    const own = new Checks((text) => told.push(text));
    this.#print(`.. ${name}: runs at the same time, and is told when it has ended`);
    try {
      return await body(own);
    } catch (error) {
      own.#fail(`${name}: could not go on`, error);
      return undefined;
    } finally {
      this.#passed += own.#passed;
      this.#failed += own.#failed;
      this.#toTell.push(...told);
      this.#tellAsides();
    }
  }

  /** How many checks passed and failed so far. */
  tally(): Tally {
    return { passed: this.#passed, failed: this.#failed };
  }

  #tellAsides(): void {
    if (this.#phases > 0) return;
    for (const text of this.#toTell.splice(0)) this.#print(text);
  }

  #fail(name: string, error: unknown): void {
    this.#failed++;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#print(`  FAIL  ${name}\n${text.replaceAll(/^/gm, "        ")}`);
  }
}

function seconds(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
