import { join } from "node:path";
import { ensureGoProgram } from "../kubernetes/go-build.ts";

export const VICTORIA_METRICS_VERSION = "1.110.0";

const PACKAGE = "github.com/VictoriaMetrics/VictoriaMetrics";

/** Builds the single-node VictoriaMetrics. @returns its path */
export async function ensureVictoriaMetrics(): Promise<string> {
  return ensureGoProgram({
    name: "victoria-metrics",
    version: VICTORIA_METRICS_VERSION,
    module: join(import.meta.dirname, "module"),
    package: `${PACKAGE}/app/victoria-metrics`,
    stamps: [`${PACKAGE}/lib/buildinfo.Version=victoria-metrics-v${VICTORIA_METRICS_VERSION}`],
  });
}
