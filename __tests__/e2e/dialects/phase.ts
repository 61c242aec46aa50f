import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pod } from "../../../contract/datasets/pod.ts";
import { evaluationTime, renderPromql } from "../../../agent-src/export/promql.ts";
import { askInstant } from "../export/ask-prometheus.ts";
import type { Checks } from "../checks.ts";
import type { FileRow } from "../readers/read-rows.ts";
import { askAllocationQueries } from "./ask-queries.ts";
import { compareTables } from "./compare.ts";
import { exportHour, OF_PROMETHEUS, type ExportedHour } from "./export-hour.ts";
import { HOUR, writeHistory, type ScrapeTimes, type WrittenHistory } from "./history.ts";
import {
  allowanceOf,
  PROMETHEUS_3_KNOWN,
  VICTORIA_METRICS_KNOWN,
  type KnownOfDialect,
} from "./known-differences.ts";
import { assertAsKnown, comparisonText, knownText } from "./report.ts";
import {
  PROMETHEUS_2,
  PROMETHEUS_2_LIMITED,
  PROMETHEUS_3_5,
  VICTORIA_METRICS,
  type Dialect,
} from "./servers.ts";

/** What a dialect said about an hour. */
interface Answers {
  readonly exported: ExportedHour;
  /** What is asked beside OpenCost's answer. */
  readonly queries: readonly FileRow[];
}

const JOBS = { kubeStateMetricsJob: "kube-state-metrics" };

/** Every dataset of Prometheus', and what the dataset `allocation` asks it. */
const TABLES = [
  ...OF_PROMETHEUS.map(({ name, key }) => ({
    name,
    key,
    rowsOf: ({ exported }: Answers) => exported.get(name) ?? [],
  })),
  { name: "queries of allocation", key: ["series"], rowsOf: ({ queries }: Answers) => queries },
];

/**
 * One hour of the same history, every dataset exported through each dialect and compared with Prometheus 2.42's row by
 * row. `all`: also VictoriaMetrics.
 */
export async function dialectPhases(checks: Checks, directory: string, all: boolean): Promise<void> {
  for (const times of ["on the minute", "between the minutes"] as const) {
    await checks.phase(`dialects: scraped ${times}`, async () => {
      const at = join(directory, times.replaceAll(" ", "-"));
      const history = await writeHistory(at, times);
      const reference = await checks.check(`${PROMETHEUS_2.name} answers`, () =>
        ask(PROMETHEUS_2, history, at),
      );
      if (!reference) return;
      const compared = { history, reference, at, times };
      await checkDialect(checks, PROMETHEUS_3_5, PROMETHEUS_3_KNOWN, compared);
      if (times === "on the minute") await checkLimited(checks, compared);
      if (all) await checkDialect(checks, VICTORIA_METRICS, VICTORIA_METRICS_KNOWN, compared);
    });
  }
}

interface Compared {
  readonly history: WrittenHistory;
  readonly reference: Answers;
  readonly at: string;
  readonly times: ScrapeTimes;
}

/** A server that refuses a query over the whole cluster says the same in parts. */
async function checkLimited(checks: Checks, { history, reference, at }: Compared): Promise<void> {
  const answers = await checks.check(`${PROMETHEUS_2_LIMITED.name} answers in parts`, () =>
    ask(PROMETHEUS_2_LIMITED, history, at, async (url) => {
      const { promql = "" } = pod.queries.find(({ id }) => id === "phase") ?? {};
      const whole = askInstant(url, renderPromql(promql, JOBS), evaluationTime(HOUR));
      await assert.rejects(whole, /too many samples|422/);
    }),
  );
  if (!answers) return;
  await checks.check(`${PROMETHEUS_2_LIMITED.name} = ${PROMETHEUS_2.name} exactly`, () => {
    for (const { name, key, rowsOf } of TABLES) {
      const comparison = compareTables(rowsOf(reference), rowsOf(answers), key, () => 0);
      const { missing, added, differing } = comparison;
      assert.deepEqual({ name, missing, added, differing }, { name, missing: [], added: [], differing: [] });
    }
  });
}

async function checkDialect(
  checks: Checks,
  dialect: Dialect,
  known: KnownOfDialect,
  { history, reference, at, times }: Compared,
): Promise<void> {
  const answers = await checks.check(`${dialect.name} answers`, () => ask(dialect, history, at));
  if (!answers) return;
  for (const { name, key, rowsOf } of TABLES) {
    const ofTable = known(name, times);
    const comparison = compareTables(rowsOf(reference), rowsOf(answers), key, allowanceOf(ofTable));
    console.log(comparisonText(comparison, ofTable.differences).replaceAll(/^/gm, "        "));
    await checks.check(`${name}: ${dialect.name} = ${PROMETHEUS_2.name} ${knownText(ofTable)}`, () =>
      assertAsKnown(comparison, ofTable),
    );
  }
}

async function ask(
  dialect: Dialect,
  history: WrittenHistory,
  at: string,
  before: (url: string) => Promise<void> = () => Promise.resolve(),
): Promise<Answers> {
  const directory = join(at, dialect.name.replaceAll(" ", "-"));
  await mkdir(directory, { recursive: true });
  const server = await dialect.start(history, directory);
  try {
    await before(server.url);
    const exported = await exportHour(server.url, HOUR, join(directory, "sink"));
    const queries = await askAllocationQueries(server.url, HOUR);
    for (const [name, rows] of exported) assert.ok(rows.length > 0, `${name} has no rows`);
    assert.ok(queries.length > 100, `${queries.length} series`);
    return { exported, queries };
  } finally {
    await server.stop();
  }
}
