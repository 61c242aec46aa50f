import { snappyCompress } from "hyparquet-writer/src/snappy.js";

/** Compresses a page with the one codec of all files (docs/decisions/0008-encoder.md). */
export function compress(bytes: Uint8Array): Uint8Array {
  return snappyCompress(bytes);
}
