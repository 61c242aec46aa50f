import { ConfigError, TransientError } from "../../export/errors.ts";
import { scanElements } from "../../export/json-elements.ts";
import { openJson, type HttpSource } from "../http.ts";
import { explainPrometheus } from "./refusal.ts";

/** What VictoriaMetrics says of itself, whatever its release is, so that dashboards take it for a Prometheus. */
const VICTORIA_METRICS_SAYS = "2.24.0";

interface BuildInfo {
  readonly version?: unknown;
  readonly goVersion?: unknown;
  readonly revision?: unknown;
}

/**
 * Asks what answers for its version: "unknown" when it does not say, "victoria-metrics" for one. That one keeps its
 * release to itself, but says nothing besides a fixed version, where a Prometheus names its revision and Go, too.
 * @throws ConfigError when it is no Prometheus
 */
export async function readVersion(source: HttpSource, signal: AbortSignal): Promise<string> {
  const what = "its version";
  const explain = explainPrometheus(what, source.base.href);
  const chunks = await openJson(source, { path: "/api/v1/status/buildinfo", what }, explain, signal);
  const answer = scanElements(chunks);
  try {
    for await (const _element of answer.elements); // buildinfo holds none, the frame is all of it
    const { status, data } = (answer.frame() ?? {}) as {
      readonly status?: unknown;
      readonly data?: BuildInfo;
    };
    if (status !== "success") throw new Error(`its status is ${JSON.stringify(status)}, not "success"`);
    return nameOf(data ?? {});
  } catch (cause) {
    if (cause instanceof TransientError) throw cause;
    const message = `"${source.base.href}" does not answer like a Prometheus when asked for its version; check --prometheus-url`;
    throw new ConfigError(message, { cause });
  }
}

function nameOf({ version, goVersion, revision }: BuildInfo): string {
  const isBare = goVersion === undefined && revision === undefined;
  if (isBare && version === VICTORIA_METRICS_SAYS) return "victoria-metrics";
  return typeof version === "string" && version !== "" ? version : "unknown";
}
