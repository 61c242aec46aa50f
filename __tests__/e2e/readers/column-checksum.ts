import { createHash } from "node:crypto";
import type { ColumnType } from "../../../contract/datasets/column.ts";

const NAN = doubleBytes(Number.NaN);

/**
 * sha256 of a column's values in their order, told apart to the bit: -0 is not 0, and no text that of another length.
 * All NaNs are one. Whole numbers and times, in milliseconds, are bigints. `checksums.py` computes the same.
 */
export function columnChecksum(
  type: ColumnType,
  values: Iterable<string | number | bigint | boolean | null>,
): string {
  const hash = createHash("sha256");
  for (const value of values) for (const bytes of valueBytes(type, value)) hash.update(bytes);
  return hash.digest("hex");
}

function valueBytes(type: ColumnType, value: string | number | bigint | boolean | null): Uint8Array[] {
  if (value === null) return [Uint8Array.of(0)];
  if (type === "boolean") return [Uint8Array.of(value === true ? 2 : 1)];
  if (type === "string") {
    const text = Buffer.from(String(value), "utf8");
    const head = Buffer.alloc(5, "s");
    head.writeUInt32LE(text.length, 1);
    return [head, text];
  }
  if (type === "double") {
    const number = Number(value);
    return [Buffer.from("d"), Number.isNaN(number) ? NAN : doubleBytes(number)];
  }
  const head = Buffer.alloc(9, "i");
  head.writeBigInt64LE(BigInt(value), 1);
  return [head];
}

function doubleBytes(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}
