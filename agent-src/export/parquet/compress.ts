import { snappyCompressor } from "hysnappy";

/** Compresses a page: bytes that the next call does not touch. */
export type Compress = (page: Uint8Array) => Uint8Array;

/**
 * The one codec of all files (docs/decisions/0008-encoder.md), for the pages of one file. It looks for repetitions at places
 * it remembers from the pages before, so that what it makes of a page follows from them, too: never share it between files.
 */
export function createCompress(): Compress {
  return snappyCompressor();
}
