import { createHash } from "node:crypto";
import type { RowGroup as RowGroupMetadata } from "hyparquet";
import { ByteWriter } from "hyparquet-writer";
import { writeMetadata } from "hyparquet-writer/src/metadata.js";
import { fileMetadata, parquetSchema, WRITER, type FileSubject } from "../parquet-schema.ts";
import type { WrittenChunk } from "./chunk.ts";
import { createCompress } from "./compress.ts";
import { BOUND_BYTES } from "./limits.ts";
import { writePageIndex } from "./page-index.ts";
import type { RowGroup } from "./row-group.ts";

const MAGIC = 0x31524150; // "PAR1"

/** A Parquet file whose bytes are taken out after each row group. */
export class ParquetFile {
  readonly #subject: FileSubject;
  readonly #out = new ByteWriter(256 * 1024);
  readonly #compress = createCompress();
  readonly #hash = createHash("sha256");
  readonly #groups: RowGroupMetadata[] = [];
  readonly #chunks: WrittenChunk[][] = [];
  #taken = 0;

  constructor(subject: FileSubject) {
    this.#subject = subject;
    this.#out.appendUint32(MAGIC);
  }

  /** Bytes of the group's rows, which the group then forgets. */
  rowGroup(group: RowGroup): Uint8Array {
    const { metadata, chunks } = group.write(this.#out, this.#compress);
    this.#groups.push(metadata);
    this.#chunks.push(chunks);
    return this.#take();
  }

  /**
   * The page index and the metadata, which end the file. It says format version 1: the format's own definition asks for
   * that, since nobody agrees on what 2 means, and some readers, parquetjs-lite among them, refuse 2.
   */
  footer(): Uint8Array {
    for (const chunks of this.#chunks) writePageIndex(this.#out, chunks);
    const metadata = {
      version: 1,
      created_by: WRITER,
      schema: parquetSchema(this.#subject.dataset),
      num_rows: this.#groups.reduce((total, group) => total + group.num_rows, 0n),
      row_groups: this.#groups,
      key_value_metadata: fileMetadata(this.#subject),
      // A reader's field: the length is appended anyway.
      metadata_length: 0,
    };
    const start = this.#out.index;
    writeMetadata(this.#out, metadata, BOUND_BYTES);
    if (this.#groups.length === 0) nameGroupType(this.#out.getBytes().subarray(start));
    this.#out.appendUint32(MAGIC);
    return this.#take();
  }

  /** Of all bytes that were taken out. */
  digest(): { bytes: number; sha256: string } {
    return { bytes: this.#taken, sha256: this.#hash.digest("hex") };
  }

  #take(): Uint8Array {
    const bytes = this.#out.getBytes().slice();
    this.#out.index = 0;
    this.#hash.update(bytes);
    this.#taken += bytes.length;
    return bytes;
  }
}

/**
 * `writeMetadata` gives an empty list no type of elements, and arrow-rs refuses row groups that are no structs. So the list
 * is made to say what it would hold: the header of field 4, after field 3, the number of rows, which is 0
 * (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md).
 */
function nameGroupType(metadata: Uint8Array): void {
  const expected = new Uint8Array([FIELD | I64, 0, FIELD | LIST, EMPTY_LIST, FIELD | LIST]);
  const at = Buffer.from(metadata.buffer, metadata.byteOffset, metadata.length).indexOf(expected);
  if (at < 0) throw new Error("the metadata of a file without rows has no empty list of row groups");
  metadata[at + 3] = EMPTY_LIST | STRUCT;
}

/** A field whose number is one above the last one's. */
const FIELD = 0x10;
const EMPTY_LIST = 0x00;
/** Types of the compact protocol. */
const I64 = 6;
const LIST = 9;
const STRUCT = 12;
