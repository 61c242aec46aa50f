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

const WHAT = "its version";

/**
 * Asks what answers for its version: "unknown" when it does not say, "victoria-metrics" for one. That one keeps its
 * release to itself, but says nothing besides a fixed version, where a Prometheus names its revision and Go, too.
 * `askQuery` asks a query that every Prometheus answers: Amazon Managed Prometheus and proxies that let only queries
 * through refuse to tell of their build, with 403, 404 or 501, and are "unknown" when they answer that one.
 * @throws ConfigError when it is no Prometheus, or lets nobody in
 */
export async function readVersion(
  source: HttpSource,
  askQuery: () => AsyncIterable<unknown>,
  signal: AbortSignal,
): Promise<string> {
  const explain = explainPrometheus(WHAT, source.base.href);
  let isWithheld = false;
  try {
    const request = { path: "/api/v1/status/buildinfo", what: WHAT };
    const chunks = await openJson(
      source,
      request,
      (refusal) => {
        isWithheld = isRefusal(refusal.status);
        const { error, again } = explain(refusal);
        return { error, again: again && !isWithheld };
      },
      signal,
    );
    return await readBuildInfo(source, chunks);
  } catch (error) {
    if (!isWithheld || signal.aborted) throw error;
  }
  for await (const _sample of askQuery()); // that there is an answer is enough
  return "unknown";
}

/** Not what is busy or broken, and may tell a moment later. */
function isRefusal(status: number): boolean {
  return status === 501 || (status >= 400 && status < 500 && status !== 429);
}

async function readBuildInfo(source: HttpSource, chunks: AsyncIterable<Uint8Array>): Promise<string> {
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
