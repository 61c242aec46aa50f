import assert from "node:assert/strict";
import { checkChart } from "../chart-checks.ts";
import type { Checks } from "../checks.ts";
import { ensureHelm, ensureKubernetesValidate } from "../ground/parts.ts";

/** The chart under the real Helm, its objects against Kubernetes' schemas. */
export async function chartPhase(checks: Checks): Promise<void> {
  await checks.phase("chart: the real Helm", async () => {
    const options = { kubernetesValidate: await ensureKubernetesValidate() };
    for (const { name, passed, detail } of await checkChart(await ensureHelm(), options)) {
      await checks.check(name, () => assert.ok(passed, detail));
    }
  });
}
