import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { DATASETS } from "../../../contract/datasets/index.ts";
import { isoSeconds } from "../../../contract/hours.ts";
import type { Checks } from "../checks.ts";
import { parseReport, verifyArgs, runCli } from "../export/cli.ts";
import { gpuUses } from "../ground/generator/gpu-uses.ts";
import type { ClusterPlan, Life } from "../ground/generator/plan.ts";
import { thereIn } from "../ground/generator/within-hour.ts";
import type { TruthSources } from "./sources.ts";

/** What `verify --against-sources --json` says of an hour. */
interface Proof {
  readonly hour: string;
  readonly sums: {
    readonly rows: { readonly exported: number; readonly answered: number };
    readonly columns: readonly { name: string; exported: number; answered: number }[];
  } | null;
  readonly containers: Presence | null;
  readonly gpus: Presence | null;
  readonly crossCheck: {
    readonly byExporter: { readonly share: { readonly ofRecomputable: number } };
  } | null;
}

interface Presence {
  readonly seen: number;
  readonly missing: readonly string[];
}

interface Verified {
  readonly checked: number;
  readonly sound: number;
  readonly findings: readonly unknown[];
  readonly againstSources: readonly Proof[];
}

/** Holds the folder to itself and to its sources by the product's own `verify`, and its counts to the plan. */
export async function checkVerify(
  checks: Checks,
  plan: ClusterPlan,
  hours: Life,
  { prometheus, opencostUrl }: TruthSources,
  folder: string,
): Promise<void> {
  const count = (hours.until - hours.from) / 3600;
  await checks.check(
    `verify --against-sources: ${count} hours of every dataset are what the sources say`,
    async () => {
      const sources = [
        "--prometheus-url",
        prometheus.url,
        "--opencost-url",
        opencostUrl,
        "--timeout",
        "300s",
      ];
      const window = ["--from", isoSeconds(hours.from), "--until", isoSeconds(hours.until)];
      const names = DATASETS.map(({ name }) => name).join(",");
      const more = ["--against-sources", ...sources, ...window, "--datasets", names];
      const found = parseReport<Verified>(await runCli(verifyArgs(pathToFileURL(folder).href, more)), 0);
      assert.deepEqual(found.findings, []);
      assert.deepEqual([found.checked, found.sound], [count * DATASETS.length, count * DATASETS.length]);
      assert.equal(found.againstSources.length, count);
      for (const proof of found.againstSources) assertProof(proof, plan);
    },
  );
}

function assertProof({ hour, sums, containers, gpus, crossCheck }: Proof, plan: ClusterPlan): void {
  const start = Date.parse(hour) / 1000;
  const ran = thereIn(plan.pods, start).flatMap(({ namespace, name, containers: all }) =>
    all.map((one) => `${namespace}/${name}/${one.name}`),
  );
  const devices = new Set(thereIn(gpuUses(plan), start).map(({ labels }) => labels["UUID"]));
  assert.deepEqual(containers, { seen: new Set(ran).size, missing: [] });
  assert.deepEqual(gpus, { seen: devices.size, missing: [] });
  assert.ok(sums && sums.rows.exported === sums.rows.answered && sums.rows.exported > 0);
  const share = crossCheck?.byExporter.share.ofRecomputable ?? 0;
  assert.ok(share >= 0.99, `only ${share} of what can be recomputed agrees`);
  const line = sums.columns
    .filter(({ answered }) => answered !== 0)
    .map(({ name, exported, answered }) => `${name} ${exported.toFixed(5)} = ${answered.toFixed(5)}`);
  console.log(
    `  ${hour.slice(0, 16)}  ${containers.seen} containers and ${gpus.seen} GPUs present; ` +
      `${(share * 100).toFixed(2)} % of what can be recomputed agrees; ${line.join(", ")}`,
  );
}

/** Holds the hours of which only the costs were exported to themselves. */
export async function checkCostHours(checks: Checks, hours: Life, folder: string): Promise<void> {
  await checks.check("verify finds the hours of costs sound", async () => {
    const window = ["--from", isoSeconds(hours.from), "--until", isoSeconds(hours.until)];
    const more = [...window, "--datasets", "allocation,focus"];
    const found = parseReport<Verified>(await runCli(verifyArgs(pathToFileURL(folder).href, more)), 0);
    assert.deepEqual([found.findings, found.checked], [[], (2 * (hours.until - hours.from)) / 3600]);
  });
}
