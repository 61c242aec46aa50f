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
export interface ElementScanner {
  /** The elements that end in `chunk`. @throws Error when one is not JSON or too large */
  push(chunk: Uint8Array): JsonElement[];
  /** The text without its elements, parsed. @throws Error when the text broke off or is not JSON */
  end(): unknown;
}

/** A JSON text as a stream of elements; `frame` is to be called after the stream has ended. */
export interface ElementStream {
  readonly elements: AsyncIterable<JsonElement>;
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

/** Bytes kept across chunks, as text at last. */
interface Piece {
  add(bytes: Uint8Array): void;
  /** The text, leaving the piece empty. */
  take(): string;
  readonly bytes: number;
}

function createPiece(what: string, maxBytes: number): Piece {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let parts: Uint8Array[] = [];
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    add(part) {
      bytes += part.length;
      if (bytes > maxBytes) throw new Error(`${what} of the JSON answer is larger than ${maxBytes} bytes`);
      parts.push(part);
    },
    take() {
      let text = "";
      for (const part of parts) text += decoder.decode(part, { stream: true });
      text += decoder.decode();
      parts = [];
      bytes = 0;
      return text;
    },
  };
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${what} of the answer is not JSON; it begins with "${text.slice(0, 60)}"`, { cause });
  }
}

/**
 * A byte state machine over one JSON text: depth, in a string, after a backslash. What opens at depth 3 (Prometheus'
 * `data.result[*]`, OpenCost's `data[*].*`) is parsed and handed out one by one; the rest, with its containers emptied,
 * is the frame: `{"status":"success","data":{"resultType":"vector","result":[]}}`. Keys, commas and scalars directly
 * inside a container are dropped unread. Nothing is assumed about key order or white space.
 */
export function createElementScanner(limits: ScanLimits = {}): ElementScanner {
  const element = createPiece("One element", limits.maxElementBytes ?? 16 * MEBIBYTE);
  const frame = createPiece("The frame", limits.maxFrameBytes ?? MEBIBYTE);
  let depth = 0;
  let inString = false;
  let escaped = false;
  let container = -1;

  function push(chunk: Uint8Array): JsonElement[] {
    const found: JsonElement[] = [];
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
          found.push({ container, value: parse(element.take(), "An element") });
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

  return { push, end };
}

/** Scans a body without ever holding it whole. See {@link createElementScanner}. */
export function scanElements(chunks: AsyncIterable<Uint8Array>, limits: ScanLimits = {}): ElementStream {
  const scanner = createElementScanner(limits);
  let frame: { readonly value: unknown } | undefined;
  async function* elements(): AsyncGenerator<JsonElement, void, undefined> {
    for await (const chunk of chunks) yield* scanner.push(chunk);
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
