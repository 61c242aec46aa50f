import type { Checks } from "../checks.ts";
import { partsMade } from "./cache.ts";
import { ensureCheckov, ensureKubernetesValidate, ensureReaders, VERSIONS } from "./parts.ts";
import { withNeeds } from "./parts/order.ts";
import { PARTS } from "./parts/registry.ts";

/** What the end-to-end tests run beside the ground's parts: programs that end by themselves. */
const TOOLS: readonly (readonly [string, () => Promise<unknown>])[] = [
  [`pyarrow ${VERSIONS.pyarrow} and DuckDB ${VERSIONS.duckdb} for Python`, ensureReaders],
  [`kubernetes-validate ${VERSIONS.kubernetesValidate}`, ensureKubernetesValidate],
  [`checkov ${VERSIONS.checkov}`, ensureCheckov],
];

/** Installs everything into the cache: the first time in many minutes, from then on at once. */
export async function installParts(checks: Checks): Promise<void> {
  for (const part of withNeeds(PARTS, [])) {
    await checkInstall(checks, `part ${part.name}`, () => part.install());
  }
  for (const [name, ensure] of TOOLS) await checkInstall(checks, name, ensure);
}

/** Installs one, and tells whether it had to be made. */
export async function checkInstall(
  checks: Checks,
  name: string,
  ensure: () => Promise<unknown>,
): Promise<void> {
  const before = partsMade().length;
  await checks.check(name, ensure, () => (partsMade().length > before ? "cold" : "warm"));
}
