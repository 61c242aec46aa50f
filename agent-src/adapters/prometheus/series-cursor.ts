import { DecimalReader } from "./decimal.ts";
import { parseSampleValue, type Labels } from "./sample.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const CLOSE_BRACKET = 0x5d;
const CLOSE_BRACE = 0x7d;

const METRIC = new TextEncoder().encode('{"metric":{');

const HISTOGRAM = new TextEncoder().encode(',"histogram');

/** Labels of a series are searched for their end so far: more of them are read as JSON. */
const MAX_LABEL_BYTES = 65_536;

/** Longest text of a value that is no plain decimal: `-1.7976931348623157e+308`, `+Inf`. */
const MAX_VALUE_BYTES = 32;

/** Values that Prometheus writes and that are no plain decimals; others are read as JSON, and told about there. */
const WORD = /^(?:NaN|[+-]Inf|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

/** Why nothing could be read. */
export type Failure = "unusual" | "cut off";

/** Reads the parts of a series from the bytes of compact JSON, one after the other. */
export class SeriesCursor {
  /** Of the pair that was read last: epoch seconds, and the value. */
  time = 0;
  value = 0;
  private bytes: Uint8Array = new Uint8Array();
  private readonly decimals = new DecimalReader();
  private readonly decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  /** Where the next part begins. */
  get at(): number {
    return this.decimals.at;
  }

  /** Labels of the series that begins at `at`, and `key` after them. */
  labels(bytes: Uint8Array, at: number, key: Uint8Array): Labels | Failure {
    this.bytes = bytes;
    this.decimals.open(bytes);
    if (!this.matches(at, METRIC)) return this.failure(at, METRIC.length);
    const start = at + METRIC.length - 1;
    // No quote can stand unescaped in a label, so that `}` and the key are the end of the labels wherever they are found.
    let close = bytes.indexOf(CLOSE_BRACE, start);
    while (close >= 0 && close - start < MAX_LABEL_BYTES && !this.matches(close + 1, key)) {
      if (this.matches(close + 1, HISTOGRAM)) return "unusual";
      close = bytes.indexOf(CLOSE_BRACE, close + 1);
    }
    if (close < 0) return this.failure(start, MAX_LABEL_BYTES);
    if (close - start >= MAX_LABEL_BYTES) return "unusual";
    this.decimals.at = close + 1 + key.length;
    try {
      return JSON.parse(this.decoder.decode(bytes.subarray(start, close + 1))) as Labels;
    } catch {
      return "unusual"; // to be told about by what reads it as JSON
    }
  }

  /** Reads a pair, `1795347029.123,"0.5"]`, into `time` and `value`. */
  pair(): Failure | undefined {
    const { bytes, decimals } = this;
    this.time = decimals.read();
    const start = decimals.at + 2;
    if (start >= bytes.length) return "cut off";
    if (bytes[start - 2] !== COMMA || bytes[start - 1] !== QUOTE || Number.isNaN(this.time)) return "unusual";
    decimals.at = start;
    this.value = decimals.read();
    const { at } = decimals;
    if (at + 1 >= bytes.length) return "cut off";
    if (bytes[at] !== QUOTE || Number.isNaN(this.value)) return this.word(start);
    if (bytes[at + 1] !== CLOSE_BRACKET) return "unusual";
    decimals.at = at + 2;
    return undefined;
  }

  /** Passes the byte that should come next. */
  pass(byte: number): Failure | undefined {
    const { bytes, decimals } = this;
    if (decimals.at >= bytes.length) return "cut off";
    if (bytes[decimals.at] !== byte) return "unusual";
    decimals.at++;
    return undefined;
  }

  /** The reason why what should be at `at` and is `bytes` long is not there. */
  private failure(at: number, bytes: number): Failure {
    return at + bytes > this.bytes.length ? "cut off" : "unusual";
  }

  /** A value that is no plain decimal: `NaN`, `+Inf`, `1e-07`. */
  private word(start: number): Failure | undefined {
    const { bytes, decimals } = this;
    const quote = bytes.indexOf(QUOTE, start);
    if (quote < 0 || quote + 1 >= bytes.length) return this.failure(start, MAX_VALUE_BYTES);
    if (quote - start > MAX_VALUE_BYTES || bytes[quote + 1] !== CLOSE_BRACKET) return "unusual";
    const text = String.fromCharCode(...bytes.subarray(start, quote));
    if (!WORD.test(text)) return "unusual";
    this.value = parseSampleValue(text);
    decimals.at = quote + 2;
    return undefined;
  }

  private matches(at: number, expected: Uint8Array): boolean {
    const { bytes } = this;
    for (let index = 0; index < expected.length; index++) {
      if (bytes[at + index] !== expected[index]) return false;
    }
    return true;
  }
}
