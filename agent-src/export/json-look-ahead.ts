/** What a {@link ElementReader} made of the bytes at a place: an element and where it ends, or why there is none. */
export type ReadElement<T> =
  | { readonly value: T; readonly end: number }
  /** It is not written as expected: it is read as JSON. */
  | "unusual"
  /** The bytes end before it does. */
  | "cut off";

/** What becomes of each element. */
export interface ElementReader<T> {
  /** From what JSON.parse made of it; undefined when it is to be left out. */
  fromJson(value: unknown, container: number): T | undefined;
  /**
   * Reads an element straight from the bytes where it begins at `at` and is written as its source usually does. It must
   * be strict: what it accepts is what `fromJson` would have given.
   */
  fromBytes?(bytes: Uint8Array, at: number): ReadElement<T>;
}

/** After so many unusual elements in a row, the whole answer is taken to be written in another way. */
const MOST_UNUSUAL = 16;

/** The part of an element that the last chunk ended in, kept to be read once more together with the next one. */
export interface LookAhead {
  /** What is to be scanned: the kept part and `chunk`. */
  join(chunk: Uint8Array): Uint8Array;
  /** Whether an element is kept for the next chunk. */
  readonly isWaiting: boolean;
  /** Reads the element at `at` into `found`. @returns where it ends; `at` when it is to be read as JSON, or waits */
  read(bytes: Uint8Array, at: number, found: unknown[]): number;
  /** From now on, everything is to be read as JSON: there is no next chunk. */
  stop(): void;
}

/** Reads elements with `reader.fromBytes`, if it has that. */
export function createLookAhead(reader: ElementReader<unknown>): LookAhead {
  let unusual = 0; // one after the other
  let isStopped = false;
  let kept: Uint8Array | undefined;
  let triedBytes = 0; // of the element that is kept
  return {
    get isWaiting() {
      return kept !== undefined;
    },
    stop() {
      isStopped = true;
    },
    join(chunk) {
      if (!kept) return chunk;
      const joined = new Uint8Array(kept.length + chunk.length);
      joined.set(kept);
      joined.set(chunk, kept.length);
      kept = undefined;
      return joined;
    },
    read(bytes, at, found) {
      const rest = bytes.length - at;
      // An element that several small chunks hold would be tried at each of them: it is read as JSON instead.
      const isTried = triedBytes > 0 && rest < 2 * triedBytes;
      triedBytes = 0;
      if (isTried || isStopped || !reader.fromBytes || unusual === MOST_UNUSUAL) return at;
      const element = reader.fromBytes(bytes, at);
      if (element === "unusual") {
        unusual++;
        return at;
      }
      if (element === "cut off") {
        kept = bytes.subarray(at);
        triedBytes = rest;
        return at;
      }
      unusual = 0;
      found.push(element.value);
      return element.end;
    },
  };
}
