import { TransientError } from "../../export/errors.ts";
import { openJson, type HttpRequest, type HttpSource } from "../http.ts";
import { explainPrometheus } from "../prometheus/refusal.ts";

/** Both answers have some hundred bytes. */
const MAX_BYTES = 64 * 1024;

/**
 * Seconds by which this machine's clock is ahead of the server's `time()`.
 * @throws as a query does
 */
export async function readAheadSeconds(source: HttpSource, signal: AbortSignal): Promise<number> {
  const what = 'query "time()"';
  // Without a time the server takes its own.
  const form = new URLSearchParams({ query: "time()" });
  const sent = Date.now() / 1000;
  const data = await readData(source, { path: "/api/v1/query", form, what }, signal);
  const received = Date.now() / 1000;
  const result = data?.["result"];
  const server = Array.isArray(result) ? Number(result[1]) : NaN;
  if (Number.isNaN(server)) throw new TransientError(`Prometheus answered ${what} without a number`);
  return (sent + received) / 2 - server;
}

/** What the server says it keeps: `15d`; undefined when it has no such page, as VictoriaMetrics, Thanos and Mimir. */
export async function readRetention(source: HttpSource, signal: AbortSignal): Promise<string | undefined> {
  const what = "its runtime information";
  try {
    const data = await readData(source, { path: "/api/v1/status/runtimeinfo", what }, signal);
    const retention = data?.["storageRetention"];
    return typeof retention === "string" && retention !== "" ? retention : undefined;
  } catch (error) {
    if (signal.aborted || error instanceof TransientError) throw error;
    return undefined;
  }
}

async function readData(
  source: HttpSource,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const chunks = await openJson(source, request, explainPrometheus(request.what, source.base.href), signal);
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_BYTES) throw new Error(`the answer of Prometheus to ${request.what} is too long`);
  }
  const { data } = JSON.parse(text) as { readonly data?: Readonly<Record<string, unknown>> };
  return data;
}
