import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { readRleBitPackedHybrid } from "hyparquet/src/encoding.js";
import { ByteWriter } from "hyparquet-writer";
import { bitWidth, HybridEncoder } from "../../../../agent-src/export/parquet/hybrid.ts";

const runs = fc.array(fc.tuple(fc.nat({ max: 2 ** 18 - 1 }), fc.integer({ min: 1, max: 200 })), {
  maxLength: 60,
});

function encode(pairs: readonly (readonly [number, number])[], width: number): Uint8Array {
  const out = new ByteWriter();
  const encoder = new HybridEncoder(out, width);
  for (const [value, count] of pairs) encoder.run(value, count);
  encoder.finish();
  return out.getBytes();
}

test("runs of numbers of any width are read as they were written", () => {
  fc.assert(
    fc.property(runs, fc.integer({ min: 0, max: 18 }), (pairs, bits) => {
      const fitting = pairs.map(([value, count]) => [value % 2 ** bits, count] as const);
      const width = bitWidth(Math.max(0, ...fitting.map(([value]) => value)));
      const bytes = encode(fitting, width);
      const expected = fitting.flatMap(([value, count]) => Array<number>(count).fill(value));
      const read = new Array<number>(expected.length);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      readRleBitPackedHybrid({ view, offset: 0 }, width, read, bytes.length);
      expect(read).toEqual(expected);
    }),
  );
});

test("a run of a text costs the same however long it is, while its number is one byte", () => {
  expect(encode([[255, 60]], 8)).toHaveLength(2);
  expect(encode([[255, 20_000]], 8)).toHaveLength(4);
  // parquetjs-lite adds the bytes of a repeated value up: larger numbers are packed.
  expect(encode([[256, 64]], 9)).toHaveLength(1 + 72);
});
