import assert from "node:assert/strict";
import { isoSeconds } from "../../../contract/hours.ts";
import type { Checks } from "../checks.ts";
import { assertSameRows } from "../export/differences.ts";
import { expectedSeries, SERIES_KEY, type ExpectedSeries } from "../ground/generator/expected-samples.ts";
import type { ClusterPlan, Life } from "../ground/generator/plan.ts";
import type { LivingSeries } from "../ground/history/lifetimes.ts";
import { seededFraction } from "../ground/history/seed.ts";
import { askFile, joinedKey, joinedSql } from "../readers/ask-file.ts";
import { exportedFile } from "./export.ts";
import type { TruthFiles } from "./files.ts";

/** Series of each metric whose samples are compared one by one. */
const COMPARED = 10;
const KEY = joinedSql(SERIES_KEY);

/** A generated cluster with all its series. */
export interface TruthHistory {
  readonly plan: ClusterPlan;
  readonly series: readonly LivingSeries[];
}

/** Holds every series of the raw samples to its life and closed form, and some of them sample by sample. */
export async function checkSamples(
  checks: Checks,
  { plan, series }: TruthHistory,
  hours: Life,
  folder: string,
  files: TruthFiles,
): Promise<void> {
  for (let hour = hours.from; hour < hours.until; hour += 3600) {
    const at = isoSeconds(hour).slice(0, 16);
    const path = exportedFile(folder, "samples", hour);
    const expected = expectedSeries(plan, series, hour);
    const count = expected.reduce((sum, { inHour }) => sum + inHour.scrapes.length, 0);
    await checks.check(
      `samples ${at}: ${count} rows are the scrapes of ${expected.length} series`,
      async () => {
        const rows = await askFile("select count(*) from file", path);
        assert.equal(Number(rows[0]?.[0]), count);
        assertSameRows(await seriesDifferences(path, expected));
        files.passed("samples", hour, count, "lives, key and sum of every series");
      },
    );
    const some = someOfEach(expected, `${plan.seed}/${hour}`);
    await checks.check(
      `samples ${at}: those of ${some.length} series are closed forms, one by one`,
      async () => {
        assertSameRows(await sampleDifferences(path, some));
        files.passed("samples", hour, count, `${some.length} series sample by sample`);
      },
    );
  }
}

/** Where a series has other samples than its life says, or another sum, pod or node; or samples at one time twice. */
async function seriesDifferences(path: string, expected: readonly ExpectedSeries[]): Promise<string[]> {
  const found = await askFile(
    `select ${KEY}, count(*), count(distinct timestamp), epoch_ms(min(timestamp)), epoch_ms(max(timestamp)),
            sum(value), min(pod_uid), max(pod_uid), min(node), max(node), count(pod_uid), count(node),
            count(distinct hour_start)
       from file group by all`,
    path,
  );
  const rows = new Map(found.map(([key, ...cells]) => [String(key), cells.map(plain)]));
  const differences = expected.flatMap((series) => {
    const key = joinedKey(series.key);
    const cells = rows.get(key);
    rows.delete(key);
    return cells ? cellDifferences(key, cells, series) : [`${key}: is missing`];
  });
  return [...differences, ...[...rows.keys()].map((key) => `${key}: is too many`)];
}

function plain(value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}

function cellDifferences(
  key: string,
  [count, times, first, last, sum, ...others]: readonly unknown[],
  { inHour, valueAt, podUid, node }: ExpectedSeries,
): string[] {
  const { scrapes, from, until } = inHour;
  const values = scrapes.map(valueAt);
  const must = values.reduce((all, value) => all + value, 0);
  const lives = [scrapes.length, scrapes.length, from * 1000, (until - 60) * 1000];
  const named = (value: string | null): number => (value === null ? 0 : scrapes.length);
  const facts = [podUid, podUid, node, node, named(podUid), named(node), 1];
  const differences: string[] = [];
  const tell = (what: string, is: unknown, wanted: unknown): void =>
    void differences.push(`${key}: ${what} are ${JSON.stringify(is)}, must be ${JSON.stringify(wanted)}`);
  if (String([count, times, first, last]) !== String(lives))
    tell("count, times, first, last", [count, times, first, last], lives);
  if (!(Math.abs(Number(sum) - must) <= 1e-9 * Math.abs(must))) tell("values in sum", sum, must);
  if (JSON.stringify(others) !== JSON.stringify(facts)) tell("pod and node", others, facts);
  return differences;
}

/** Each sample of some series: the scrape's time and the value that was written for it, to the last bit. */
async function sampleDifferences(path: string, some: readonly ExpectedSeries[]): Promise<string[]> {
  const keys = some.map(({ key }) => `'${joinedKey(key).replaceAll("'", "''")}'`);
  const rows = await askFile(
    `select ${KEY} as key, epoch_ms(timestamp), value from file where key in (${keys.join(", ")}) order by 1, 2`,
    path,
  );
  const found = new Map<string, string[]>();
  for (const [key, time, value] of rows) {
    const text = `${Number(time)}: ${Number(value)}`;
    const known = found.get(String(key));
    if (known) known.push(text);
    else found.set(String(key), [text]);
  }
  return some.flatMap(({ key, inHour, valueAt }) => {
    const told = found.get(joinedKey(key)) ?? [];
    const must = inHour.scrapes.map((at) => `${at * 1000}: ${valueAt(at)}`);
    const wrong = must.findIndex((text, at) => text !== told[at]);
    if (wrong < 0 && told.length === must.length) return [];
    return [`${joinedKey(key)}: sample ${wrong} is "${told[wrong]}", must be "${must[wrong]}"`];
  });
}

function someOfEach(expected: readonly ExpectedSeries[], seed: string): ExpectedSeries[] {
  const byMetric = new Map<string, [number, ExpectedSeries][]>();
  for (const series of expected) {
    const [metric] = series.key;
    const chance = seededFraction(`${seed}/${joinedKey(series.key)}`);
    const all = byMetric.get(metric ?? "");
    if (all) all.push([chance, series]);
    else byMetric.set(metric ?? "", [[chance, series]]);
  }
  return [...byMetric.values()].flatMap((all) =>
    all
      .sort(([a], [b]) => a - b)
      .slice(0, COMPARED)
      .map(([, series]) => series),
  );
}
