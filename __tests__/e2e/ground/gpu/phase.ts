import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Checks } from "../../checks.ts";
import { tryCommand } from "../command.ts";
import { generateCluster } from "../generator/generate.ts";
import { ensurePrometheus } from "../parts.ts";
import { takeSnapshot } from "../population/snapshot.ts";
import { startGpuMetrics } from "./server.ts";

/** What promtool has against NVIDIA's own choice of names; anything else is a fault of ours. */
const NVIDIA_NAMES = [
  /label names should be written in 'snake_case' not 'camelCase'$/,
  /counter metrics should have "_total" suffix$/,
  /metric name should not include type 'counter'$/,
];
/** promtool: 1 when it cannot read the page, 3 when it can and has advice. */
const ADVICE = 3;

/** The GPU metrics as a scrape gets them, held against Prometheus' own reading of the format. */
export async function gpuPhase(checks: Checks, directory: string): Promise<void> {
  await checks.phase("gpu: metrics", async () => {
    const plan = generateCluster({ seed: "1", pods: 100, hours: 3 });
    const server = await startGpuMetrics(takeSnapshot(plan), plan.from);
    try {
      await checks.check("promtool reads the page, and only NVIDIA's names are to its dislike", async () => {
        const answer = await fetch(`${server.url}/metrics`);
        assert.match(answer.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
        const page = join(directory, "gpu.txt");
        await writeFile(page, await answer.text());
        const { promtool } = await ensurePrometheus();
        const script = '"$0" check metrics < "$1"';
        const { code, stdout, stderr } = await tryCommand("sh", ["-c", script, promtool, page]);
        assert.equal(code, ADVICE, stderr);
        const advice = `${stdout}${stderr}`.trim().split("\n");
        assert.deepEqual(
          advice.filter((line) => !NVIDIA_NAMES.some((known) => known.test(line))),
          [],
        );
      });
    } finally {
      await server.stop();
    }
  });
}
