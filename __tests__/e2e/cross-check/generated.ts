import assert from "node:assert/strict";
import { join } from "node:path";
import { crossCheckMetrics } from "../../../contract/datasets/cross-check-queries.ts";
import { isoSeconds } from "../../../contract/hours.ts";
import { createPrometheus } from "../../../agent-src/adapters/prometheus/client.ts";
import { compareAllocations } from "../../../agent-src/export/cross-check/compare.ts";
import { readClusterHour } from "../../../agent-src/export/cross-check/read-cluster-hour.ts";
import { recompute } from "../../../agent-src/export/cross-check/recompute.ts";
import { refusals } from "../../../agent-src/export/cross-check/verdict.ts";
import type { Checks } from "../checks.ts";
import { askHour } from "../ground/generator/check-costs.ts";
import { generateCluster } from "../ground/generator/generate.ts";
import { startGeneratedPrometheus } from "../ground/generator/prometheus.ts";
import { clusterSeries } from "../ground/generator/series.ts";
import { opencostOf } from "../truth/sources.ts";
import { answeredRows } from "./rows.ts";
import { tableText, type Line } from "./table.ts";

/** Small enough for a few seconds; with pods that come and go, GPUs, spot nodes and volumes. */
const CHOICES = { seed: "cross-check", pods: 300, hours: 2, containerHours: 1 } as const;

/** A generated cluster, whose OpenCost exporter follows the usage: both figures for usage confirm the answer. */
export async function checkGenerated(checks: Checks, directory: string): Promise<void> {
  const plan = generateCluster(CHOICES);
  const kept = new Set(crossCheckMetrics());
  const series = clusterSeries(plan).filter(({ metric }) => kept.has(metric));
  const server = await startGeneratedPrometheus(series, join(directory, "generated"));
  try {
    const opencost = await opencostOf(CHOICES, directory);
    try {
      const prometheus = createPrometheus({ baseUrl: server.url, timeoutSeconds: 60, maxAttempts: 1 });
      const lines: Line[] = [];
      for (let hour = plan.from; hour < plan.until; hour += 3600) {
        const cluster = await readClusterHour({
          prometheus,
          jobs: { kubeStateMetricsJob: "kube-state-metrics" },
          hour,
          signal: new AbortController().signal,
          warn: (warning) => assert.fail(warning),
        });
        const rows = answeredRows(await askHour(opencost.url, hour));
        for (const usage of ["exporter", "cadvisor"] as const) {
          const comparison = compareAllocations(rows, recompute(cluster, usage));
          lines.push({ hour: isoSeconds(hour).slice(0, 16), usage, comparison });
        }
      }
      console.log(`\n${tableText(lines)}\n`);
      for (const { hour, usage, comparison } of lines)
        await checks.check(`generated cluster, ${hour}: confirmed with usage by ${usage}`, () =>
          assert.deepEqual(refusals(comparison), []),
        );
    } finally {
      await opencost.daemon?.stop();
    }
  } finally {
    await server.stop();
  }
}
