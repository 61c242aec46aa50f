/** Reads the answer at `url` and writes it to `file` as Parquet; `bytes` and `floor` write nothing. */
export type Variant = (url: string, file: string) => Promise<void>;

/** What is compared; `variants/<name>.ts` exports its `run`. Ratios are to `product`. */
export const VARIANTS = {
  bytes: { title: "HTTP bytes only", writes: false },
  floor: { title: "HTTP bytes and scanning, no file (floor)", writes: false },
  product: { title: "container-insights: stream, series, its encoder", writes: true },
  columns: { title: "same stream, hyparquet-writer", writes: true },
  json: { title: "res.json() and hyparquet-writer", writes: true },
  lite: { title: "res.json() and parquetjs-lite", writes: true },
} as const satisfies Record<string, { title: string; writes: boolean }>;

export type VariantName = keyof typeof VARIANTS;
