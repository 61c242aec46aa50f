// What the pages of raw samples cost with each codec: tsx bench/samples/codecs.ts, or deno run -A bench/samples/codecs.ts
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { snappyCompressor } from "hysnappy";
import { snappyCompress } from "hyparquet-writer/src/snappy.js";
import { matrixBody } from "./matrix.ts";

const snappyjs = createRequire(import.meta.url)("snappyjs") as { compress(bytes: Uint8Array): Uint8Array };
const CODECS: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  none: (bytes) => bytes,
  "snappy of hyparquet-writer": snappyCompress,
  "snappy of snappyjs": (bytes) => snappyjs.compress(bytes),
  "snappy of hysnappy": snappyCompressor(),
  "gzip 1 of the runtime": (bytes) => gzipSync(bytes, { level: 1 }),
};
const PAGE_ROWS = 20_000;

const times: bigint[] = [];
const values: number[] = [];
for (const [, seconds, value] of Buffer.concat([...matrixBody(10_000)])
  .toString()
  .matchAll(/\[(\d+),"([^"]+)"\]/g)) {
  times.push(BigInt(Number(seconds) * 1000));
  values.push(Number(value));
}
const pages = Array.from({ length: Math.floor(times.length / PAGE_ROWS) }, (_, page) => [
  new Uint8Array(BigInt64Array.from(times.slice(page * PAGE_ROWS, (page + 1) * PAGE_ROWS)).buffer),
  new Uint8Array(Float64Array.from(values.slice(page * PAGE_ROWS, (page + 1) * PAGE_ROWS)).buffer),
]).flat();
const total = pages.reduce((sum, page) => sum + page.length, 0);

// The second round is the one to look at: the first compiles.
for (const round of [1, 2]) {
  for (const [name, compress] of Object.entries(CODECS)) {
    const hash = createHash("sha256");
    const before = process.cpuUsage();
    const compressed = pages.map(compress);
    const { user, system } = process.cpuUsage(before);
    for (const bytes of compressed) hash.update(bytes);
    const size = compressed.reduce((sum, page) => sum + page.length, 0);
    const speed = total / (user + system);
    console.log(
      `round ${round} ${name}: ${speed.toFixed(0)} MB/s of CPU, ${((100 * size) / total).toFixed(1)} %, sha256 ${hash.digest("hex").slice(0, 12)}`,
    );
  }
}
