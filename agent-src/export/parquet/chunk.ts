import type { ColumnChunk, Encoding, SchemaElement } from "hyparquet";
import { ByteWriter } from "hyparquet-writer";
import { writePageHeader } from "hyparquet-writer/src/datapage.js";
import { CODEC } from "../parquet-schema.ts";
import type { EncodedColumn, Page } from "./column-builder.ts";
import type { Compress } from "./compress.ts";
import { chunkStatistics, joinBounds, type Bounds } from "./statistics.ts";

/** A page's place, as the offset index has it. */
interface PageLocation {
  offset: bigint;
  compressed_page_size: number;
  first_row_index: bigint;
}

// Version 1 of the format calls it so; parquetjs-lite does not know the newer name, RLE_DICTIONARY, of the same encoding.
const DICTIONARY: Encoding = "PLAIN_DICTIONARY";

/** A chunk that is written: what the footer says of it, and what the page index will. */
export interface WrittenChunk {
  readonly chunk: ColumnChunk;
  readonly element: SchemaElement;
  readonly pages: readonly WrittenPage[];
}

export interface WrittenPage extends Page {
  readonly location: PageLocation;
}

/** Writes a column's dictionary and pages. */
export function writeChunk(
  out: ByteWriter,
  element: SchemaElement,
  column: EncodedColumn,
  compress: Compress,
): WrittenChunk {
  const { type, name } = element;
  if (!type) throw new Error(`column "${name}" has no type`);
  const start = out.offset;
  const writer = new PageWriter(out, column.dictionary ? DICTIONARY : "PLAIN", compress);
  if (column.dictionary) writer.dictionary(column.dictionary);
  const dataStart = out.offset;
  const pages = writer.pages(column);
  const rows = sum(pages.map((page) => page.rows));
  return {
    element,
    pages,
    chunk: {
      file_offset: BigInt(start),
      meta_data: {
        type,
        encodings: column.dictionary ? ["RLE", DICTIONARY] : ["RLE", "PLAIN"],
        path_in_schema: [name],
        codec: CODEC,
        num_values: BigInt(rows),
        total_uncompressed_size: BigInt(writer.uncompressed),
        total_compressed_size: BigInt(out.offset - start),
        data_page_offset: BigInt(dataStart),
        ...(column.dictionary ? { dictionary_page_offset: BigInt(start) } : {}),
        statistics: chunkStatistics(sum(pages.map((page) => page.nulls)), boundsOf(pages)),
        encoding_stats: [
          ...(column.dictionary
            ? [{ page_type: "DICTIONARY_PAGE" as const, encoding: DICTIONARY, count: 1 }]
            : []),
          { page_type: "DATA_PAGE", encoding: column.dictionary ? DICTIONARY : "PLAIN", count: pages.length },
        ],
      },
    },
  };
}

/** Bounds of all pages; undefined when some page with values has none. */
function boundsOf(pages: readonly WrittenPage[]): Bounds | undefined {
  let bounds: Bounds | undefined;
  for (const page of pages) {
    if (page.nulls === page.rows) continue;
    if (!page.bounds) return undefined;
    bounds = bounds ? joinBounds(bounds, page.bounds) : page.bounds;
  }
  return bounds;
}

class PageWriter {
  readonly #out: ByteWriter;
  readonly #encoding: Encoding;
  readonly #compress: Compress;
  /** Bytes of all pages before they were compressed, headers included. */
  uncompressed = 0;

  constructor(out: ByteWriter, encoding: Encoding, compress: Compress) {
    this.#out = out;
    this.#encoding = encoding;
    this.#compress = compress;
  }

  dictionary({ bytes, count }: NonNullable<EncodedColumn["dictionary"]>): void {
    this.#write(bytes, {
      type: "DICTIONARY_PAGE",
      dictionary_page_header: { num_values: count, encoding: this.#encoding },
    });
  }

  pages(column: EncodedColumn): WrittenPage[] {
    const pages: WrittenPage[] = [];
    const body = new ByteWriter(64 * 1024);
    let firstRow = 0;
    for (let page = column.nextPage(body); page; page = column.nextPage(body)) {
      const offset = this.#out.offset;
      this.#write(body.getBytes(), {
        type: "DATA_PAGE",
        data_page_header: {
          num_values: page.rows,
          encoding: this.#encoding,
          definition_level_encoding: "RLE",
          repetition_level_encoding: "RLE",
        },
      });
      body.index = 0;
      const location = {
        offset: BigInt(offset),
        compressed_page_size: this.#out.offset - offset,
        first_row_index: BigInt(firstRow),
      };
      pages.push({ ...page, location });
      firstRow += page.rows;
    }
    return pages;
  }

  #write(
    body: Uint8Array,
    header: Omit<Parameters<typeof writePageHeader>[1], "compressed_page_size" | "uncompressed_page_size">,
  ): void {
    const compressed = this.#compress(body);
    const start = this.#out.offset;
    writePageHeader(this.#out, {
      ...header,
      uncompressed_page_size: body.length,
      compressed_page_size: compressed.length,
    });
    this.uncompressed += this.#out.offset - start + body.length;
    this.#out.appendBytes(compressed);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
