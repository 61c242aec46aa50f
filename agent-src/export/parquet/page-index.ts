import type { BoundaryOrder } from "hyparquet";
import { BoundaryOrders } from "hyparquet/src/constants.js";
import type { ByteWriter } from "hyparquet-writer";
import { serializeTCompactProtocol } from "hyparquet-writer/src/thrift.js";
import type { WrittenChunk, WrittenPage } from "./chunk.ts";
import { boundBytes, compareBounds, type Bounds } from "./statistics.ts";

/**
 * Writes the column and offset indexes of a row group and says in its chunks where they are
 * (https://parquet.apache.org/docs/file-format/pageindex/). All columns get one as soon as one of them has several pages:
 * a reader that skips pages needs the offsets of every column. Where all have one page, the chunk's statistics say the same.
 */
export function writePageIndex(out: ByteWriter, chunks: readonly WrittenChunk[]): void {
  if (chunks.every(({ pages }) => pages.length <= 1)) return;
  for (const written of chunks) writeColumnIndex(out, written);
  for (const written of chunks) writeOffsetIndex(out, written);
}

/** Without one when a page has values but no bounds, as the format has no way to say so. */
function writeColumnIndex(out: ByteWriter, { chunk, element, pages }: WrittenChunk): void {
  if (pages.some((page) => !page.bounds && page.nulls < page.rows)) return;
  const start = out.offset;
  // Of a page with nulls only, the format wants empty bounds.
  const bytes = (bound: "min" | "max") =>
    pages.map(({ bounds }) =>
      bounds ? boundBytes(bounds[bound], element, bound === "max") : new Uint8Array(),
    );
  serializeTCompactProtocol(out, {
    field_1: pages.map((page) => page.nulls === page.rows),
    field_2: bytes("min"),
    field_3: bytes("max"),
    field_4: BoundaryOrders.indexOf(boundaryOrder(pages)),
    field_5: pages.map((page) => BigInt(page.nulls)),
  });
  chunk.column_index_offset = BigInt(start);
  chunk.column_index_length = out.offset - start;
}

function writeOffsetIndex(out: ByteWriter, { chunk, pages }: WrittenChunk): void {
  const start = out.offset;
  serializeTCompactProtocol(out, {
    field_1: pages.map(({ location }) => ({
      field_1: location.offset,
      field_2: location.compressed_page_size,
      field_3: location.first_row_index,
    })),
  });
  chunk.offset_index_offset = BigInt(start);
  chunk.offset_index_length = out.offset - start;
}

/** How minima and maxima run from page to page; pages of nulls do not count. */
function boundaryOrder(pages: readonly WrittenPage[]): BoundaryOrder {
  const bounds = pages.flatMap((page) => (page.bounds ? [page.bounds] : []));
  const isSorted = (sign: number): boolean =>
    bounds.every((next, at) => at === 0 || isInOrder(bounds[at - 1] as Bounds, next, sign));
  if (isSorted(1)) return "ASCENDING";
  return isSorted(-1) ? "DESCENDING" : "UNORDERED";
}

function isInOrder(a: Bounds, b: Bounds, sign: number): boolean {
  return sign * compareBounds(a.min, b.min) <= 0 && sign * compareBounds(a.max, b.max) <= 0;
}
