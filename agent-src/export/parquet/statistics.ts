import type { SchemaElement, Statistics } from "hyparquet";
import { unconvertMinMax } from "hyparquet-writer/src/unconvert.js";
import { BOUND_BYTES } from "./limits.ts";

/** A minimum or maximum; text as UTF-8, whose bytes are compared. */
export type BoundValue = number | bigint | boolean | Uint8Array;

/** Between what all values of a page or chunk are. Text may be cut, and its maximum then be above all values. */
export interface Bounds {
  readonly min: BoundValue;
  readonly max: BoundValue;
  readonly isMinExact: boolean;
  readonly isMaxExact: boolean;
}

/** Bounds of numbers; zeros get the signs that the format asks for, as readers may take -0 for less than 0 or not. */
export function numberBounds(min: number, max: number): Bounds {
  return exactBounds(min === 0 ? -0 : min, max === 0 ? 0 : max);
}

/** Bounds that some value is. */
export function exactBounds(min: BoundValue, max: BoundValue): Bounds {
  return { min, max, isMinExact: true, isMaxExact: true };
}

/** Bounds of text, at most `BOUND_BYTES` long; undefined when no text of that length is above the maximum. */
export function textBounds(min: Uint8Array, max: Uint8Array, element: SchemaElement): Bounds | undefined {
  const lower = boundBytes(min, element, false);
  const upper = boundBytes(max, element, true);
  if (lower.length > BOUND_BYTES || upper.length > BOUND_BYTES) return undefined;
  // Copies: what was given may be a part of a buffer that is used again.
  return {
    min: lower.slice(),
    max: upper.slice(),
    isMinExact: min.length <= BOUND_BYTES,
    isMaxExact: max.length <= BOUND_BYTES,
  };
}

/** Bounds of all values of both. */
export function joinBounds(a: Bounds, b: Bounds): Bounds {
  const min = isBefore(b.min, a.min, b.isMinExact) ? b : a;
  const max = isBefore(a.max, b.max, b.isMaxExact) ? b : a;
  return { min: min.min, isMinExact: min.isMinExact, max: max.max, isMaxExact: max.isMaxExact };
}

/** Whether `a` is below `b`, or the same and `preferred`. */
function isBefore(a: BoundValue, b: BoundValue, preferred: boolean): boolean {
  const order = compareBounds(a, b);
  return order < 0 || (order === 0 && preferred);
}

/** Below 0 when `a` is before `b` in the format's order of their type. Both have the same type. */
export function compareBounds(a: BoundValue, b: BoundValue): number {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A bound as the format writes it. */
export function boundBytes(value: BoundValue, element: SchemaElement, isMax: boolean): Uint8Array {
  const bytes = unconvertMinMax(value, element, isMax, BOUND_BYTES);
  if (!bytes) throw new Error(`column "${element.name}" has no bytes for the bound "${String(value)}"`);
  return bytes;
}

/** Statistics of a chunk. Without bounds where there are only nulls, or a NaN: readers disagree on where NaN sorts. */
export function chunkStatistics(nulls: number, bounds: Bounds | undefined): Statistics {
  const null_count = BigInt(nulls);
  if (!bounds) return { null_count };
  return {
    null_count,
    min_value: bounds.min,
    max_value: bounds.max,
    // Absent means exact.
    ...(bounds.isMinExact ? {} : { is_min_value_exact: false }),
    ...(bounds.isMaxExact ? {} : { is_max_value_exact: false }),
  };
}
