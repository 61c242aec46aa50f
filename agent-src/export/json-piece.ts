/** The error of what holds more bytes than it may. */
export function tooLarge(what: string, maxBytes: number): Error {
  return new Error(`${what} of the JSON answer is larger than ${maxBytes} bytes`);
}

/** Bytes kept across chunks, as text at last. */
export interface Piece {
  add(bytes: Uint8Array): void;
  /** The text, leaving the piece empty. */
  take(): string;
  readonly bytes: number;
}

/** Takes UTF-8 cut anywhere. Throws when it is none, or more than `maxBytes` of it. */
export function createPiece(what: string, maxBytes: number): Piece {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let parts: Uint8Array[] = [];
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    add(part) {
      bytes += part.length;
      if (bytes > maxBytes) throw tooLarge(what, maxBytes);
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

/** JSON.parse, naming `what` is no JSON. */
export function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${what} of the answer is not JSON; it begins with "${text.slice(0, 60)}"`, { cause });
  }
}
