import { request as requestHttp, type IncomingMessage, type ServerResponse } from "node:http";
import { serveLoopback, type LoopbackServer } from "../../__tests__/e2e/ground/loopback.ts";

/** From a request's arrival until the source's last byte of the answer, in epoch milliseconds. */
export interface Exchange {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly status: number;
  readonly bytes: number;
}

/** What stands between an exporter and a source. */
export interface RecordingProxy extends LoopbackServer {
  /** What passed since this was last called. */
  taken(): Exchange[];
}

/**
 * Passes everything on and notes when. An answer is read from the source as fast as it comes and kept until the exporter
 * takes it: how long a source took does not depend on who reads its answer.
 * @param instantSeconds when instant queries are to be evaluated that name no time
 */
export async function startRecordingProxy(source: string, instantSeconds: number): Promise<RecordingProxy> {
  let exchanges: Exchange[] = [];
  const server = await serveLoopback((incoming, outgoing) => {
    const fromMs = now();
    passOn(
      incoming,
      outgoing,
      new URL(withTime(incoming.url ?? "/", instantSeconds), source),
      (status, bytes) => {
        exchanges.push({ fromMs, untilMs: now(), status, bytes });
      },
    );
  });
  return {
    ...server,
    taken() {
      const all = exchanges;
      exchanges = [];
      return all;
    },
  };
}

function passOn(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  target: URL,
  done: (status: number, bytes: number) => void,
): void {
  const { host, ...headers } = incoming.headers;
  void host;
  const forwarded = requestHttp(target, { method: incoming.method, headers }, (answer) => {
    const { "transfer-encoding": chunked, connection, ...kept } = answer.headers;
    void chunked;
    void connection;
    outgoing.writeHead(answer.statusCode ?? 502, kept);
    let bytes = 0;
    answer.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      outgoing.write(chunk); // without waiting for the exporter
    });
    answer.on("end", () => {
      done(answer.statusCode ?? 502, bytes);
      outgoing.end();
    });
    answer.on("error", () => outgoing.destroy());
  });
  forwarded.on("error", () => outgoing.destroy());
  incoming.pipe(forwarded);
}

function withTime(path: string, instantSeconds: number): string {
  const url = new URL(path, "http://localhost");
  if (url.pathname !== "/api/v1/query" || !url.searchParams.has("query") || url.searchParams.has("time"))
    return path;
  return `${path}&time=${instantSeconds}`;
}

/** How long at least one of the exchanges was under way, within a span. */
export function waitedMs(exchanges: readonly Exchange[], fromMs: number, untilMs: number): number {
  let [total, reached] = [0, fromMs];
  for (const exchange of [...exchanges].sort((a, b) => a.fromMs - b.fromMs)) {
    const start = Math.max(exchange.fromMs, reached);
    const end = Math.min(exchange.untilMs, untilMs);
    if (end <= start) continue;
    total += end - start;
    reached = end;
  }
  return total;
}

/** Epoch milliseconds with their fractions, on the clock that Python's `time.time` reads. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
