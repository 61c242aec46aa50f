import type { Hour } from "./hours.ts";

/** Format of the manifest itself. */
export const MANIFEST_FORMAT = 1;

/** The data object of a dataset-hour. */
export interface ManifestObject {
  /** Below the cluster's prefix. */
  readonly key: string;
  readonly bytes: number;
  /** As the sink reports it; used for conditional writes. */
  readonly etag: string;
  /** Hex sha256 of the object's bytes. */
  readonly sha256: string;
}

/** The commit record of a dataset-hour. It exists if and only if the hour is good. */
export interface Manifest {
  readonly format: typeof MANIFEST_FORMAT;
  readonly clusterArn: string;
  readonly dataset: string;
  /** `container-insights/<dataset>/v<n>` */
  readonly schema: string;
  readonly hourStart: Hour;
  readonly hourEnd: Hour;
  readonly rows: number;
  /** Absent when the hour has no rows: an empty hour has a manifest and no file. */
  readonly object?: ManifestObject;
  /** Sums of the dataset's `totals` columns, nulls left out. */
  readonly totals: Readonly<Record<string, number>>;
  readonly queries: { readonly expected: number; readonly answered: number };
  /** Versions of what answered, by source: `prometheus`, `opencost`. */
  readonly sources: Readonly<Record<string, string>>;
  /** `container-insights/<version>` of the writer. */
  readonly writer: string;
  /** 1 at first, +1 each time the hour is restated. */
  readonly revision: number;
  readonly warnings: readonly string[];
  /** Set when the data is not a measurement, such as the demo's; says what it is. */
  readonly simulated?: string;
  /** ISO instant. The only clock in a commit; the data object holds none. */
  readonly writtenAt: string;
}

/** The manifest as it is stored: stable key order, one line per key, final newline. */
export function serializeManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

const FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  format: (value) => value === MANIFEST_FORMAT,
  clusterArn: isText,
  dataset: isText,
  schema: isText,
  hourStart: isCount,
  hourEnd: isCount,
  rows: isCount,
  object: (value) => value === undefined || isObjectRecord(value),
  totals: (value) => isRecord(value) && Object.values(value).every((total) => typeof total === "number"),
  queries: (value) => isRecord(value) && isCount(value["expected"]) && isCount(value["answered"]),
  sources: (value) => isRecord(value) && Object.values(value).every(isText),
  writer: isText,
  revision: (value) => isCount(value) && Number(value) >= 1,
  warnings: (value) => Array.isArray(value) && value.every(isText),
  simulated: (value) => value === undefined || isText(value),
  writtenAt: isText,
};

/**
 * Reads a stored manifest.
 * @throws Error naming the first field that is missing or wrong
 */
export function parseManifest(text: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error("manifest is not JSON", { cause });
  }
  if (!isRecord(value)) throw new Error("manifest is not an object");
  for (const [field, accepts] of Object.entries(FIELDS)) {
    if (!accepts(value[field])) throw new Error(`manifest field "${field}" is missing or wrong`);
  }
  const manifest = value as unknown as Manifest;
  if (manifest.rows > 0 && !manifest.object)
    throw new Error(`manifest has ${manifest.rows} rows but no object`);
  return manifest;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

function isObjectRecord(value: unknown): boolean {
  return (
    isRecord(value) &&
    isText(value["key"]) &&
    isCount(value["bytes"]) &&
    isText(value["etag"]) &&
    /^[0-9a-f]{64}$/.test(String(value["sha256"]))
  );
}
