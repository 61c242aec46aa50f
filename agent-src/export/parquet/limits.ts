/** A row group is written when it has this many rows … */
export const ROW_GROUP_ROWS = 50_000;

/** … or its columns hold about this many bytes: the bound of the encoder's memory … */
export const ROW_GROUP_BYTES = 8 * 1024 * 1024;

/** Longest minimum and maximum of text: parquet-java's `parquet.columnindex.truncate.length`. */
export const BOUND_BYTES = 64;

/** Where a file's row groups, pages and dictionaries end. */
export interface Limits {
  readonly rowGroupRows: number;
  readonly rowGroupBytes: number;
  /** … or its values would take this many once each is written out, which is what a reader may hold. */
  readonly rowGroupPlainBytes: number;
  readonly pageRows: number;
  /** About how many bytes of plain text a page holds. */
  readonly pageBytes: number;
  readonly dictionaryBytes: number;
}

/** The limits of all files; tests have smaller ones. */
export const LIMITS: Limits = {
  rowGroupRows: ROW_GROUP_ROWS,
  rowGroupBytes: ROW_GROUP_BYTES,
  // parquet-java: parquet.block.size
  rowGroupPlainBytes: 128 * 1024 * 1024,
  // parquet-java: parquet.page.row.count.limit
  pageRows: 20_000,
  // parquet-java: parquet.page.size
  pageBytes: 1024 * 1024,
  // parquet-java: parquet.dictionary.page.size; Arrow: DEFAULT_DICTIONARY_PAGE_SIZE_LIMIT
  dictionaryBytes: 1024 * 1024,
};

/** What a row group holds; its columns keep it up to date. */
export class RowGroupSize {
  readonly limits: Limits;
  /** Bytes that the columns hold. */
  heldBytes = 0;
  /** Bytes of all values written out. */
  plainBytes = 0;
  /** A dictionary that saves space has no room left: the next row group starts with an empty one. */
  isDictionaryFull = false;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  /** Whether the row group is to be written before more is added. */
  isFull(): boolean {
    return (
      this.heldBytes >= this.limits.rowGroupBytes ||
      this.plainBytes >= this.limits.rowGroupPlainBytes ||
      this.isDictionaryFull
    );
  }

  clear(): void {
    this.heldBytes = 0;
    this.plainBytes = 0;
    this.isDictionaryFull = false;
  }
}
