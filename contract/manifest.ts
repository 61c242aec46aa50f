import { parseClusterArn } from "./cluster-arn.ts";
import { schemaId } from "./datasets/index.ts";
import { SECONDS_PER_HOUR, type Hour } from "./hours.ts";
import { clusterPrefix, dataKey, type DatasetHour } from "./object-keys.ts";

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
  /** What was measured of the answer beside its rows; which ones, the data dictionary says. Of `allocation` so far. */
  readonly figures?: Readonly<Record<string, number>>;
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
  totals: isNumbers,
  figures: (value) => value === undefined || isNumbers(value),
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

/** Where a manifest lies: what its key, and the prefix above it, say about what must be in it. */
export interface ManifestPlace extends DatasetHour {
  /** Absent where the reader was not told which cluster it reads. */
  readonly clusterArn?: string;
  /** `cluster=<account>.<region>.<name>`, for readers of several clusters. */
  readonly clusterSegment?: string;
  /** Version of the dataset; any when absent. */
  readonly version?: number;
}

/**
 * Reads a stored manifest and holds it against its place, so that it can name no other cluster's or hour's data and
 * no key outside its own prefix: whoever can write one manifest is trusted with that one only.
 * @throws Error naming the fields that are missing or wrong
 */
export function parseManifestAt(text: string, place: ManifestPlace): Manifest {
  const manifest = parseManifest(text);
  const wrong = expectations(manifest, place).filter(([, found, expected]) => found !== expected);
  if (wrong.length === 0) return manifest;
  const details = wrong.map(
    ([field, found, expected]) => `"${field}" is ${quoted(found)}, expected ${quoted(expected)}`,
  );
  throw new Error(details.join("; "));
}

type Expectation = readonly [field: string, found: string | number, expected: string | number];

function expectations(manifest: Manifest, place: ManifestPlace): Expectation[] {
  const { dataset, hour, clusterArn, clusterSegment } = place;
  const version = place.version ?? Number(/\/v(\d+)$/.exec(manifest.schema)?.[1] ?? 0);
  const key = dataKey({ dataset, hour }, version);
  const expected: Expectation[] = [
    ["dataset", manifest.dataset, dataset],
    ["hourStart", manifest.hourStart, hour],
    ["hourEnd", manifest.hourEnd, hour + SECONDS_PER_HOUR],
    ["schema", manifest.schema, schemaId({ name: dataset, version })],
    ["object.key", manifest.object?.key ?? key, key],
  ];
  if (clusterArn !== undefined) expected.push(["clusterArn", manifest.clusterArn, clusterArn]);
  const segment = clusterPrefix("", parseClusterArn(manifest.clusterArn));
  if (clusterSegment !== undefined) expected.push(["clusterArn", segment, clusterSegment]);
  return expected;
}

/** In quotes, and with control characters escaped: the text is somebody else's and goes to terminals. */
function quoted(value: string | number): string {
  return JSON.stringify(String(value));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNumbers(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every((one) => typeof one === "number");
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
