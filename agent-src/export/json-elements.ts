import { createLookAhead, type ElementReader } from "./json-look-ahead.ts";
import { createPiece, parse, tooLarge } from "./json-piece.ts";

/** An object or array found inside one of the containers at depth 3, parsed. */
export interface JsonElement {
  /** Which depth-3 container it was in, counted from 0 in the order in which they open. */
  readonly container: number;
  readonly value: unknown;
}

/** What one answer may hold in memory at a time. */
export interface ScanLimits {
  /** @default 16 MiB */
  readonly maxElementBytes?: number;
  /** @default 1 MiB */
  readonly maxFrameBytes?: number;
}

/** Takes a JSON text in pieces cut anywhere, also inside a character or an escape. */
export interface ElementScanner<T> {
  /** The elements that end in `chunk`. @throws Error when one is not JSON or too large */
  push(chunk: Uint8Array): T[];
  /** The elements that were kept because more might have come; to be called once, after the last chunk. */
  flush(): T[];
  /** The text without its elements, parsed. @throws Error when the text broke off or is not JSON */
  end(): unknown;
}

/** A JSON text as a stream of elements; `frame` is to be called after the stream has ended. */
export interface ElementStream<T> {
  readonly elements: AsyncIterable<T>;
  frame(): unknown;
}

const CONTAINER_DEPTH = 3;
const MEBIBYTE = 1024 * 1024;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Elements as JSON.parse makes them. */
const AS_JSON: ElementReader<JsonElement> = { fromJson: (value, container) => ({ container, value }) };

/**
 * A byte state machine over one JSON text: depth, in a string, after a backslash. What opens at depth 3 (Prometheus'
 * `data.result[*]`, OpenCost's `data[*].*`) is read and handed out one by one; the rest, with its containers emptied,
 * is the frame: `{"status":"success","data":{"resultType":"vector","result":[]}}`. Keys, commas and scalars directly
 * inside a container are dropped unread. Nothing is assumed about key order or white space, but what `reader` assumes.
 */
export function createElementScanner(limits?: ScanLimits): ElementScanner<JsonElement>;
export function createElementScanner<T>(limits: ScanLimits, reader: ElementReader<T>): ElementScanner<T>;
export function createElementScanner(
  limits: ScanLimits = {},
  reader: ElementReader<unknown> = AS_JSON,
): ElementScanner<unknown> {
  const maxElementBytes = limits.maxElementBytes ?? 16 * MEBIBYTE;
  const element = createPiece("One element", maxElementBytes);
  const frame = createPiece("The frame", limits.maxFrameBytes ?? MEBIBYTE);
  const ahead = createLookAhead(reader);
  let depth = 0;
  let inString = false;
  let escaped = false;
  let container = -1;

  function push(part: Uint8Array): unknown[] {
    const found: unknown[] = [];
    const chunk = ahead.join(part);
    let start = 0; // of the run that goes into the frame or the element
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
      } else if (byte === QUOTE) {
        inString = true;
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (depth === CONTAINER_DEPTH) {
          const end = ahead.read(chunk, at, found);
          if (end > maxElementBytes + at) throw tooLarge("One element", maxElementBytes);
          if (end > at) {
            at = end - 1;
            continue;
          }
          if (ahead.isWaiting) return found;
        }
        depth++;
        if (depth === CONTAINER_DEPTH) {
          frame.add(chunk.subarray(start, at + 1));
          container++;
        } else if (depth === CONTAINER_DEPTH + 1) {
          start = at;
        }
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        depth--;
        if (depth === CONTAINER_DEPTH) {
          element.add(chunk.subarray(start, at + 1));
          const value = reader.fromJson(parse(element.take(), "An element"), container);
          if (value !== undefined) found.push(value);
        } else if (depth === CONTAINER_DEPTH - 1) {
          start = at;
        }
      }
    }
    if (depth < CONTAINER_DEPTH) frame.add(chunk.subarray(start));
    else if (depth > CONTAINER_DEPTH) element.add(chunk.subarray(start));
    return found;
  }

  function end(): unknown {
    if (depth > 0 || inString) throw new Error(`the answer broke off: ${depth} brackets are still open`);
    return parse(frame.take(), "The frame");
  }

  function flush(): unknown[] {
    ahead.stop();
    return push(new Uint8Array());
  }

  return { push, flush, end };
}

/** Scans a body without ever holding it whole. See {@link createElementScanner}. */
export function scanElements(
  chunks: AsyncIterable<Uint8Array>,
  limits?: ScanLimits,
): ElementStream<JsonElement>;
export function scanElements<T>(
  chunks: AsyncIterable<Uint8Array>,
  limits: ScanLimits,
  reader: ElementReader<T>,
): ElementStream<T>;
export function scanElements(
  chunks: AsyncIterable<Uint8Array>,
  limits: ScanLimits = {},
  reader: ElementReader<unknown> = AS_JSON,
): ElementStream<unknown> {
  const scanner = createElementScanner(limits, reader);
  let frame: { readonly value: unknown } | undefined;
  async function* elements(): AsyncGenerator<unknown, void, undefined> {
    // Not `yield*`, which would wait for each element once more.
    for await (const chunk of chunks) for (const element of scanner.push(chunk)) yield element;
    for (const element of scanner.flush()) yield element;
    frame = { value: scanner.end() };
  }
  return {
    elements: elements(),
    frame() {
      if (!frame) throw new Error("the frame is known only after the last element was read");
      return frame.value;
    },
  };
}
