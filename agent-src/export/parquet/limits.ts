/** A row group is written when it has this many rows … */
export const ROW_GROUP_ROWS = 50_000;

/** … or its columns hold about this many bytes: the bound of the encoder's memory … */
export const ROW_GROUP_BYTES = 8 * 1024 * 1024;

/**
 * … or about this many once every value is written out, which is what a reader may hold. It is the size that
 * parquet-java gives a row group (`parquet.block.size`).
 */
export const ROW_GROUP_PLAIN_BYTES = 128 * 1024 * 1024;

/** Most rows of a page: parquet-java's `parquet.page.row.count.limit`. */
export const PAGE_ROWS = 20_000;

/** A page of plain text ends at about this many bytes: parquet-java's `parquet.page.size`. */
export const PAGE_BYTES = 1024 * 1024;

/**
 * Largest dictionary: the default of parquet-java (`parquet.dictionary.page.size`) and of Arrow
 * (`DEFAULT_DICTIONARY_PAGE_SIZE_LIMIT`).
 */
export const DICTIONARY_BYTES = 1024 * 1024;

/** Longest minimum and maximum of text: parquet-java's `parquet.columnindex.truncate.length`. */
export const BOUND_BYTES = 64;

/** What a row group holds; its columns keep it up to date. */
export class RowGroupSize {
  /** Bytes that the columns hold. */
  heldBytes = 0;
  /** Bytes of all values written out. */
  plainBytes = 0;
  /** A dictionary that saves space has no room left: the next row group starts with an empty one. */
  isDictionaryFull = false;

  /** Whether the row group is to be written before more is added. */
  isFull(): boolean {
    return (
      this.heldBytes >= ROW_GROUP_BYTES || this.plainBytes >= ROW_GROUP_PLAIN_BYTES || this.isDictionaryFull
    );
  }

  clear(): void {
    this.heldBytes = 0;
    this.plainBytes = 0;
    this.isDictionaryFull = false;
  }
}
