import { parseClusterArn } from "../../contract/cluster-arn.ts";
import { hoursBetween, SECONDS_PER_HOUR, type Hour } from "../../contract/hours.ts";
import type { Manifest } from "../../contract/manifest.ts";
import type { DatasetQuality, Gap, Quality } from "./report-data.ts";

interface Span {
  readonly from: Hour;
  readonly until: Hour;
  readonly manifests: readonly Manifest[];
}

/** What the manifests alone tell about the window: hours, rows, warnings, versions. `fileRows` is what the files hold. */
export function describeManifests(
  span: Span,
  clusters: readonly string[],
  datasets: readonly string[],
  fileRows: Readonly<Record<string, number>>,
): Omit<Quality, "costs" | "coverage"> & { manifestCost: number } {
  const expected = hoursBetween(span.from, span.until);
  return {
    datasets: datasets.map((dataset) =>
      describeDataset(
        dataset,
        span.manifests.filter((manifest) => manifest.dataset === dataset),
        expected.length * clusters.length,
        fileRows[dataset] ?? 0,
      ),
    ),
    gaps: clusters.flatMap((cluster) =>
      datasets.flatMap((dataset) => gapsOf(span, expected, cluster, dataset)),
    ),
    warnings: countWarnings(span.manifests),
    sources: collectSources(span.manifests),
    restatedHours: span.manifests.filter((manifest) => manifest.revision > 1).length,
    manifestCost: sum(span.manifests, (manifest) => manifest.totals["total_cost_precise"] ?? 0),
  };
}

/** The distinct notices of data that is not a measurement, in the order of their first hour. */
export function simulatedNotices(manifests: readonly Manifest[]): string[] {
  const ordered = [...manifests].sort((a, b) => a.hourStart - b.hourStart);
  return [...new Set(ordered.flatMap((manifest) => manifest.simulated ?? []))];
}

function describeDataset(
  dataset: string,
  manifests: readonly Manifest[],
  hoursExpected: number,
  fileRows: number,
): DatasetQuality {
  return {
    dataset,
    hoursExpected,
    hoursPresent: manifests.length,
    manifestRows: sum(manifests, (manifest) => manifest.rows),
    fileRows,
    bytes: sum(manifests, (manifest) => manifest.object?.bytes ?? 0),
    queriesExpected: sum(manifests, (manifest) => manifest.queries.expected),
    queriesAnswered: sum(manifests, (manifest) => manifest.queries.answered),
  };
}

function gapsOf(span: Span, expected: readonly Hour[], clusterArn: string, dataset: string): Gap[] {
  const present = new Set(
    span.manifests
      .filter((manifest) => manifest.clusterArn === clusterArn && manifest.dataset === dataset)
      .map((manifest) => manifest.hourStart),
  );
  const gaps: Gap[] = [];
  for (const hour of expected.filter((candidate) => !present.has(candidate))) {
    const last = gaps.at(-1);
    const until = hour + SECONDS_PER_HOUR;
    if (last?.until === hour) gaps[gaps.length - 1] = { ...last, until };
    else gaps.push({ cluster: parseClusterArn(clusterArn).name, dataset, from: hour, until });
  }
  return gaps;
}

function countWarnings(manifests: readonly Manifest[]): Quality["warnings"] {
  const counted = new Map<string, { text: string; dataset: string; hours: number }>();
  for (const manifest of manifests) {
    for (const text of new Set(manifest.warnings)) {
      const key = JSON.stringify([manifest.dataset, text]);
      const known = counted.get(key);
      counted.set(key, { text, dataset: manifest.dataset, hours: (known?.hours ?? 0) + 1 });
    }
  }
  return [...counted.values()].sort((a, b) => b.hours - a.hours || a.text.localeCompare(b.text));
}

function collectSources(manifests: readonly Manifest[]): Record<string, string[]> {
  const versions = new Map<string, Set<string>>();
  for (const [source, version] of manifests.flatMap((manifest) => Object.entries(manifest.sources))) {
    versions.set(source, (versions.get(source) ?? new Set()).add(version));
  }
  return Object.fromEntries([...versions].sort().map(([source, found]) => [source, [...found].sort()]));
}

function sum(manifests: readonly Manifest[], value: (manifest: Manifest) => number): number {
  return manifests.reduce((total, manifest) => total + value(manifest), 0);
}
