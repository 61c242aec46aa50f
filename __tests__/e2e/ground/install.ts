import type { Checks } from "../checks.ts";
import { partsMade } from "./cache.ts";
import { ensureToxiproxy, TOXIPROXY_VERSION } from "./fault-proxy/toxiproxy.ts";
import { ensureHistoryBlocks } from "./history/blocks.ts";
import {
  ensureHelm,
  ensureKubernetesValidate,
  ensureMinistack,
  ensurePrometheus,
  ensureReaders,
  ensureVersitygw,
  VERSIONS,
} from "./parts.ts";
import { ensurePrometheus3, PROMETHEUS_3 } from "./prometheus-3/build.ts";

const PARTS: readonly (readonly [string, () => Promise<unknown>])[] = [
  [`Prometheus ${VERSIONS.prometheus}`, ensurePrometheus],
  [`Prometheus ${PROMETHEUS_3.version}`, ensurePrometheus3],
  ["the recorded cluster's history, as Prometheus blocks", ensureHistoryBlocks],
  [`ministack ${VERSIONS.ministack}`, ensureMinistack],
  [`versitygw ${VERSIONS.versitygw}`, ensureVersitygw],
  [`toxiproxy ${TOXIPROXY_VERSION}`, ensureToxiproxy],
  [`helm ${VERSIONS.helm}`, ensureHelm],
  [`pyarrow ${VERSIONS.pyarrow} and DuckDB ${VERSIONS.duckdb} for Python`, ensureReaders],
  [`kubernetes-validate ${VERSIONS.kubernetesValidate}`, ensureKubernetesValidate],
];

/** Installs every part into the cache: the first time in minutes, from then on at once. */
export async function installParts(checks: Checks): Promise<void> {
  for (const [name, ensure] of PARTS) await checkInstall(checks, name, ensure);
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
