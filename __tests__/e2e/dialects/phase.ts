import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { allocation } from "../../../contract/datasets/allocation.ts";
import { container } from "../../../contract/datasets/container.ts";
import { evaluationTime, renderPromql } from "../../../agent-src/export/promql.ts";
import { askInstant } from "../export/ask-prometheus.ts";
import type { Checks } from "../checks.ts";
import type { FileRow } from "../readers/read-rows.ts";
import { askAllocationQueries } from "./ask-queries.ts";
import { compareTables } from "./compare.ts";
import { exportHour } from "./export-hour.ts";
import { HOUR, writeHistory, type ScrapeTimes, type WrittenHistory } from "./history.ts";
import {
  allowanceOf,
  PROMETHEUS_3_BETWEEN,
  PROMETHEUS_3_ON_MINUTE,
  VICTORIA_METRICS_ALWAYS,
  type KnownDifference,
} from "./known-differences.ts";
import { assertAsKnown, comparisonText } from "./report.ts";
import {
  PROMETHEUS_2,
  PROMETHEUS_2_LIMITED,
  PROMETHEUS_3_5,
  VICTORIA_METRICS,
  type Dialect,
} from "./servers.ts";

/** What a dialect said about an hour. */
interface Answers {
  readonly exported: readonly FileRow[];
  readonly queries: readonly FileRow[];
}

const JOBS = { kubeStateMetricsJob: "kube-state-metrics" };

type Known = Readonly<Record<ScrapeTimes, readonly KnownDifference[]>>;

const PROMETHEUS_3_KNOWN: Known = {
  "on the minute": PROMETHEUS_3_ON_MINUTE,
  "between the minutes": PROMETHEUS_3_BETWEEN,
};
const VICTORIA_METRICS_KNOWN: Known = {
  "on the minute": VICTORIA_METRICS_ALWAYS,
  "between the minutes": VICTORIA_METRICS_ALWAYS,
};

/**
 * One hour of the same history, exported through each dialect and compared with Prometheus 2.42's row by row.
 * `all`: also VictoriaMetrics.
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
      await checkDialect(checks, PROMETHEUS_3_5, PROMETHEUS_3_KNOWN[times], { history, reference, at });
      if (times === "on the minute") await checkLimited(checks, { history, reference, at });
      if (all)
        await checkDialect(checks, VICTORIA_METRICS, VICTORIA_METRICS_KNOWN[times], {
          history,
          reference,
          at,
        });
    });
  }
}

interface Compared {
  readonly history: WrittenHistory;
  readonly reference: Answers;
  readonly at: string;
}

/** A server that refuses a query over the whole cluster says the same in parts. */
async function checkLimited(checks: Checks, { history, reference, at }: Compared): Promise<void> {
  const name = `${container.name}: ${PROMETHEUS_2_LIMITED.name} = ${PROMETHEUS_2.name} exactly`;
  await checks.check(name, async () => {
    const directory = join(at, PROMETHEUS_2_LIMITED.name.replaceAll(" ", "-"));
    await mkdir(directory, { recursive: true });
    const server = await PROMETHEUS_2_LIMITED.start(history, directory);
    try {
      const whole = renderPromql("count_over_time(container_memory_working_set_bytes{$cadvisor}[1h])", JOBS);
      await assert.rejects(askInstant(server.url, whole, evaluationTime(HOUR)), /too many samples|422/);
      assert.deepEqual(await exportHour(server.url, HOUR, join(directory, "sink")), reference.exported);
    } finally {
      await server.stop();
    }
  });
}

async function checkDialect(
  checks: Checks,
  dialect: Dialect,
  known: readonly KnownDifference[],
  { history, reference, at }: Compared,
): Promise<void> {
  const answers = await checks.check(`${dialect.name} answers`, () => ask(dialect, history, at));
  if (!answers) return;
  const tables = [
    { name: container.name, key: container.key, column: "exported", known },
    { name: `queries of ${allocation.name}`, key: ["series"], column: "queries", known: [] },
  ] as const;
  for (const { name, key, column, known: ofTable } of tables) {
    const comparison = compareTables(reference[column], answers[column], key, allowanceOf(ofTable));
    console.log(comparisonText(comparison, ofTable).replaceAll(/^/gm, "        "));
    const about =
      ofTable.length > 0 ? `but for ${ofTable.length} known differences, within their bounds` : "exactly";
    await checks.check(`${name}: ${dialect.name} = ${PROMETHEUS_2.name} ${about}`, () =>
      assertAsKnown(comparison, ofTable),
    );
  }
}

async function ask(dialect: Dialect, history: WrittenHistory, at: string): Promise<Answers> {
  const directory = join(at, dialect.name.replaceAll(" ", "-"));
  await mkdir(directory, { recursive: true });
  const server = await dialect.start(history, directory);
  try {
    const exported = await exportHour(server.url, HOUR, join(directory, "sink"));
    const queries = await askAllocationQueries(server.url, HOUR);
    assert.ok(
      exported.length > 100 && queries.length > 100,
      `${exported.length} rows, ${queries.length} series`,
    );
    return { exported, queries };
  } finally {
    await server.stop();
  }
}
