import pMap from "p-map";
import type { Dataset } from "../../contract/datasets/column.ts";
import { SECONDS_PER_HOUR, hoursBetween, type Hour } from "../../contract/hours.ts";
import { parseDataKey, parseManifestKey, type DatasetHour } from "../../contract/object-keys.ts";
import type { HourWindow } from "./plan.ts";
import type { Sink } from "./sink.ts";
import { checkHour, type Finding } from "./verify-hour.ts";

/** What was looked at and found. */
export interface VerifyReport {
  readonly window: HourWindow;
  /** Dataset-hours of the window. */
  readonly checked: number;
  /** Those of them with nothing wrong. */
  readonly sound: number;
  /** Dataset-hours with a manifest. */
  readonly hours: number;
  readonly rows: number;
  readonly bytes: number;
  readonly findings: readonly Finding[];
  /** What the data is when it is not a measurement; one entry per text. */
  readonly simulated: readonly string[];
}

/** What to verify. */
export interface VerifySettings {
  readonly clusterArn: string;
  readonly datasets: readonly Dataset[];
  /** Looked at from the oldest hour on that is stored of them, if any: of jobs that not every cluster runs. @default none */
  readonly optionalDatasets?: readonly Dataset[];
  /** From the oldest to the newest hour that has a manifest or an object when absent. */
  readonly window?: HourWindow;
}

/**
 * Compares manifests, objects and the contents of the files with each other. Reads every object of the window.
 * @throws what the sink threw
 */
export async function verifySink(settings: VerifySettings, sink: Sink): Promise<VerifyReport> {
  const keys: string[] = [];
  for await (const { key } of sink.list("")) if (!key.startsWith("_status/")) keys.push(key);
  const window = settings.window ?? storedWindow(keys);
  const begun = begunDatasets(keys, settings);
  const steps = hoursBetween(window.from, window.until).flatMap((hour) =>
    begun
      .filter(({ since }) => hour >= since)
      .map(({ dataset }) => ({ dataset, hour, clusterArn: settings.clusterArn })),
  );
  // Four at a time bounds what is held in memory to four files.
  const checked = await pMap(steps, (step) => checkHour(sink, step), { concurrency: 4 });
  const manifests = checked.flatMap(({ stored }) => stored?.manifest ?? []);
  const named = new Set(checked.flatMap(({ objectKey }) => objectKey ?? []));
  return {
    window,
    checked: checked.length,
    sound: checked.filter(({ findings }) => findings.length === 0).length,
    hours: manifests.length,
    rows: manifests.reduce((sum, { rows }) => sum + rows, 0),
    bytes: manifests.reduce((sum, { object }) => sum + (object?.bytes ?? 0), 0),
    findings: [...checked.flatMap(({ findings }) => findings), ...strays(keys, named, window, begun)],
    simulated: [...new Set(manifests.flatMap(({ simulated }) => simulated ?? []))].sort(),
  };
}

interface BegunDataset {
  readonly dataset: Dataset;
  /** Hours before it are not looked for. */
  readonly since: Hour;
}

function begunDatasets(
  keys: readonly string[],
  { datasets, optionalDatasets = [] }: VerifySettings,
): BegunDataset[] {
  const optional = optionalDatasets.flatMap((dataset) => {
    const hours = storedHours(keys.filter((key) => storedAt(key)?.dataset === dataset.name));
    return hours.length === 0 ? [] : { dataset, since: hours.reduce((a, b) => Math.min(a, b)) };
  });
  return [...datasets.map((dataset) => ({ dataset, since: -Infinity })), ...optional];
}

/** Objects that no manifest names, and objects that are none of ours. */
function strays(
  keys: readonly string[],
  named: ReadonlySet<string>,
  window: HourWindow,
  begun: readonly BegunDataset[],
): Finding[] {
  const datasets = new Set(begun.map(({ dataset }) => dataset.name));
  const findings: Finding[] = [];
  for (const key of keys) {
    const at = parseDataKey(key) ?? parseManifestKey(key);
    if (!at) {
      findings.push({ problem: "unknown-object", key, detail: "its key names no dataset-hour" });
      continue;
    }
    if (at.hour < window.from || at.hour >= window.until || !datasets.has(at.dataset)) continue;
    if (parseManifestKey(key) || named.has(key)) continue;
    const { dataset, hour } = at;
    findings.push({ problem: "uncommitted-object", dataset, hour, key, detail: "no manifest names it" });
  }
  return findings;
}

/** From manifests and data objects: an hour at an edge whose manifest was removed is missing, not outside. */
function storedWindow(keys: readonly string[]): HourWindow {
  const hours = storedHours(keys);
  if (hours.length === 0) return { from: 0, until: 0 };
  const from = hours.reduce((a, b) => Math.min(a, b));
  return { from, until: hours.reduce((a, b) => Math.max(a, b)) + SECONDS_PER_HOUR };
}

function storedHours(keys: readonly string[]): Hour[] {
  return keys.flatMap((key) => storedAt(key)?.hour ?? []);
}

function storedAt(key: string): DatasetHour | undefined {
  return parseManifestKey(key) ?? parseDataKey(key);
}
