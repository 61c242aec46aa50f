/** Reads the answer at `url` and writes it to `file` as Parquet; the floor writes nothing. */
export type Variant = (url: string, file: string) => Promise<void>;

/** What is compared; `variants/<name>.ts` exports its `run`. Ratios are to `product`. */
export const VARIANTS = {
  floor: { title: "HTTP bytes only (floor)", writes: false },
  reader: { title: "container-insights: stream only, no file", writes: false },
  product: { title: "container-insights: stream, rows, its encoder", writes: true },
  columns: { title: "same stream, hyparquet-writer with dictionaries", writes: true },
  lite: { title: "res.json() and parquetjs-lite", writes: true },
} as const satisfies Record<string, { title: string; writes: boolean }>;

export type VariantName = keyof typeof VARIANTS;
