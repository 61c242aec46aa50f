import { ParquetWriter } from "hyparquet-writer";
import { writeIndexes } from "hyparquet-writer/src/indexes.js";
import { writeMetadata } from "hyparquet-writer/src/metadata.js";

const MAGIC = 0x31524150; // "PAR1"

/**
 * The encoder with a footer that says format version 1. The encoder itself says 2, which some readers, parquetjs-lite
 * among them, refuse; the format's own definition asks writers to say 1, since nobody agrees on what 2 means.
 */
export class CompatibleWriter extends ParquetWriter {
  override finish(): void {
    writeIndexes(this.writer, this.pendingIndexes);
    const metadata = {
      version: 1,
      created_by: this.createdBy,
      schema: this.schema,
      num_rows: this.num_rows,
      row_groups: this.row_groups,
      // A reader's field: the writer appends the length by itself.
      metadata_length: 0,
      ...(this.kvMetadata ? { key_value_metadata: this.kvMetadata } : {}),
    };
    writeMetadata(this.writer, metadata);
    this.writer.appendUint32(MAGIC);
  }
}
