import { createRequire } from "node:module";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { snappyUncompress } from "hyparquet/src/snappy.js";
import { createCompress } from "../../../../agent-src/export/parquet/compress.ts";
import { anySeries, EVERY_TYPE } from "../../../fakes/parquet-arbitraries.ts";
import { encodeItems } from "../../../fakes/parquet-files.ts";

// What parquetjs-lite reads pages with.
const snappyjs = createRequire(createRequire(import.meta.url).resolve("parquetjs-lite"))("snappyjs") as {
  uncompress(bytes: Uint8Array): Uint8Array;
};

function expectReadBack(page: Uint8Array, compressed: Uint8Array): void {
  const read = new Uint8Array(page.length);
  if (page.length > 0) {
    snappyUncompress(compressed, read);
    expect(Buffer.compare(snappyjs.uncompress(compressed), page)).toBe(0);
  }
  expect(Buffer.compare(read, page)).toBe(0);
}

describe("a compressed page", () => {
  const sizes = [0, 1, 2, 3, 4, 5, 15, 16, 60, 61, 256, 257, 65_535, 65_536, 65_537, 300_000];

  test("of any size is read back by hyparquet and parquetjs-lite, after any other pages", () => {
    const compress = createCompress();
    for (const size of sizes) {
      const random = Uint8Array.from({ length: size }, (_, at) => Math.imul(at + 1, 0x9e3779b1) >>> 23);
      const repeated = Uint8Array.from({ length: size }, (_, at) => at % 17);
      for (const page of [random, repeated, new Uint8Array(size), random])
        expectReadBack(page, compress(page));
    }
  });

  test("with any bytes is read back", () => {
    const compress = createCompress();
    const part = fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 60 }));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        const page = Buffer.concat(parts.flatMap(([bytes, times]) => Array<Uint8Array>(times).fill(bytes)));
        expectReadBack(page, compress(page));
      }),
      { numRuns: 200 },
    );
  });

  test("stays as it is when others are compressed", () => {
    const compress = createCompress();
    const first = compress(new Uint8Array(1000).fill(1));
    const copy = first.slice();
    compress(new Uint8Array(100_000).fill(2));
    expect(first).toEqual(copy);
  });
});

test("a file has the same bytes whatever was encoded before it", async () => {
  const [one, other] = fc.sample(fc.array(anySeries(60), { minLength: 20, maxLength: 20 }), {
    numRuns: 2,
    seed: 7,
  });
  const { file } = await encodeItems(EVERY_TYPE, one ?? []);
  await encodeItems(EVERY_TYPE, other ?? []);
  expect((await encodeItems(EVERY_TYPE, one ?? [])).file.sha256).toBe(file.sha256);
});
