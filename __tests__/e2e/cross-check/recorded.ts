import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createPrometheus } from "../../../agent-src/adapters/prometheus/client.ts";
import { compareAllocations, type Comparison } from "../../../agent-src/export/cross-check/compare.ts";
import { readClusterHour } from "../../../agent-src/export/cross-check/read-cluster-hour.ts";
import { recompute } from "../../../agent-src/export/cross-check/recompute.ts";
import { agreeingShare, refusals } from "../../../agent-src/export/cross-check/verdict.ts";
import type { Checks } from "../checks.ts";
import { exportArgs, exportHours, parseReport, runCli, verifyArgs, WINDOW } from "../export/cli.ts";
import type { ExportSources } from "../export/sources.ts";
import { startOpencostReplay } from "../ground/opencost-replay.ts";
import { startPrometheusHistory } from "../ground/prometheus-history.ts";
import { falseAnswer } from "./rows.ts";
import { tableText } from "./table.ts";

/** The hour of which the false answer was recorded. */
const TEN = Date.UTC(2026, 10, 22, 10) / 1000;
const LEAST_SHARE = 0.99;
const OF_TEN = ["--from", "2026-11-22T10:00:00Z", "--until", "2026-11-22T11:00:00Z"] as const;

interface Verified {
  readonly findings: readonly { readonly problem: string; readonly detail: string }[];
  readonly againstSources: readonly {
    readonly hour: string;
    readonly sums: { readonly rows: { readonly exported: number; readonly answered: number } };
    readonly containers: { readonly seen: number; readonly missing: readonly string[] };
    readonly crossCheck: { readonly byExporter: Comparison; readonly byCadvisor: Comparison };
  }[];
}

/** The 2,000-pod cluster whose OpenCost answers were recorded: exported, then held to its sources. */
export async function checkRecorded(checks: Checks, directory: string): Promise<void> {
  const opencost = await startOpencostReplay();
  try {
    const prometheus = await startPrometheusHistory(join(directory, "prometheus"));
    try {
      const sources = {
        prometheusUrl: prometheus.url,
        opencostUrl: opencost.url,
        opencost,
        stop: opencost.stop,
      };
      await checkExported(checks, sources, pathToFileURL(join(directory, "exported")).href);
      await checkFalseAnswer(checks, prometheus.url);
    } finally {
      await prometheus.stop();
    }
  } finally {
    await opencost.stop();
  }
}

function against(
  sources: ExportSources,
  sink: string,
  datasets: string,
  window: readonly string[],
): string[] {
  const flags = ["--prometheus-url", sources.prometheusUrl, "--opencost-url", sources.opencostUrl];
  return verifyArgs(sink, ["--against-sources", ...flags, "--datasets", datasets, ...window]);
}

async function checkExported(checks: Checks, sources: ExportSources, sink: string): Promise<void> {
  await checks.check("export writes three recorded hours of allocation, and one of container", async () => {
    const hours = await exportHours(exportArgs(sources, sink, ["--datasets", "allocation"]));
    const ten = await exportHours(exportArgs(sources, sink, ["--datasets", "container", ...OF_TEN]));
    assert.deepEqual([hours.failed, ten.failed], [[], []]);
    assert.deepEqual([hours.exported.length, ten.exported.length], [3, 1]);
  });
  const verified = await checks.check(
    "verify --against-sources: the sums of three hours are OpenCost's, and the recomputed cost confirms them",
    async () => {
      const args = against(sources, sink, "allocation", WINDOW);
      const report = parseReport<Verified>(await runCli(args), 0);
      assert.deepEqual(report.findings, []);
      assert.equal(report.againstSources.length, 3);
      for (const { sums } of report.againstSources) {
        assert.equal(sums.rows.exported, sums.rows.answered);
        assert.ok(sums.rows.exported > 2400);
      }
      return report.againstSources;
    },
  );
  await checks.check("verify --against-sources: every container that ran has a row", async () => {
    const args = against(sources, sink, "container", OF_TEN);
    const report = parseReport<Verified>(await runCli(args), 0);
    assert.deepEqual(report.findings, []);
    const seen = report.againstSources[0]?.containers;
    assert.ok(seen && seen.seen > 2400);
    assert.deepEqual(seen.missing, []);
  });
  if (!verified) return;
  const lines = verified.flatMap(({ hour, crossCheck: { byExporter, byCadvisor } }) => [
    { hour: hour.slice(0, 16), usage: "OpenCost's exporter", comparison: readBack(byExporter) },
    { hour: hour.slice(0, 16), usage: "cAdvisor", comparison: readBack(byCadvisor) },
  ]);
  console.log(`\n${tableText(lines)}\n${NOTE}\n`);
  for (const { hour, usage, comparison } of lines.filter((line) => line.usage !== "cAdvisor")) {
    await checks.check(`${hour}: at least 99 % of all cost but idle is in rows that agree (${usage})`, () => {
      assert.ok(agreeingShare(comparison) >= LEAST_SHARE);
      assert.ok(Math.abs((comparison.idle.recomputed ?? 0) - comparison.idle.answered) < 1e-4);
    });
  }
  await checks.check("verify tells when OpenCost's answer is another one by now", async () => {
    sources.opencost.setMood("all-idle");
    const args = against(sources, sink, "allocation", OF_TEN);
    const report = parseReport<Verified>(await runCli(args), 4);
    assert.ok(report.findings.length > 1);
    assert.ok(report.findings.every(({ problem }) => problem === "source-sums"));
  });
}

/** JSON has no undefined. */
function readBack(comparison: Comparison): Comparison {
  const { answered, recomputed } = comparison.idle;
  return { ...comparison, idle: { answered, recomputed: recomputed ?? undefined } };
}

async function checkFalseAnswer(checks: Checks, prometheusUrl: string): Promise<void> {
  await checks.check("the recorded false answer, 200 with everything idle, is refused", async () => {
    const prometheus = createPrometheus({ baseUrl: prometheusUrl, timeoutSeconds: 60, maxAttempts: 1 });
    const cluster = await readClusterHour({
      prometheus,
      jobs: { kubeStateMetricsJob: "kube-state-metrics" },
      hour: TEN,
      signal: new AbortController().signal,
      warn: (warning) => assert.fail(warning),
    });
    const comparison = compareAllocations(falseAnswer(), recompute(cluster, "exporter"));
    const reasons = refusals(comparison);
    console.log(
      `\n${tableText([{ hour: "2026-11-22T10:00", usage: "OpenCost's exporter", comparison }])}\n  ${reasons.join("\n  ")}\n`,
    );
    assert.equal(reasons.length, 2);
    assert.match(reasons[0] ?? "", /^only 0\.00 % of the cost is in rows that agree/);
    assert.match(reasons[1] ?? "", /^OpenCost says that 83\.\d+ is idle, Prometheus' data gives 47\.\d+/);
  });
}

const NOTE = `"OpenCost" and "recomputed" are the cost of all rows but idle; load balancers and unmounted volumes are not recomputed.
By cAdvisor the recorded cluster cannot agree: OpenCost's answers were made from one scrape of its exporter, repeated
for three hours, while the history's usage goes on. The generated cluster's exporter follows the usage.`;
