/** The part of parquetjs-lite that the tests use to read files back; the package has no types of its own. */
declare module "parquetjs-lite" {
  interface ParquetCursor {
    /** The next row; null after the last. */
    next(): Promise<Record<string, unknown> | null>;
  }

  interface ParquetReader {
    getCursor(columns?: string[]): ParquetCursor;
    getRowCount(): number;
    getMetadata(): Record<string, string>;
    close(): Promise<void>;
  }

  const parquet: {
    readonly ParquetReader: {
      openFile(path: string): Promise<ParquetReader>;
      openBuffer(bytes: Uint8Array): Promise<ParquetReader>;
    };
  };
  export = parquet;
}
