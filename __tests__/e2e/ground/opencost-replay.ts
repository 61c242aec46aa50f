import { existsSync, readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { isoSeconds } from "../../../contract/hours.ts";
import { serveLoopback, type LoopbackServer } from "./loopback.ts";
import { readWindow, refuse, sendJson, sendText } from "./opencost/answers.ts";

/** What the server does when asked for an hour that was recorded. */
export type OpencostMood = "recorded" | "all-idle" | "no-data";

/** Real OpenCost's recorded answers on a loopback port. */
export interface OpencostReplay extends LoopbackServer {
  /** From the next request on. */
  setMood(mood: OpencostMood): void;
}

const FIXTURES = join(import.meta.dirname, "../../fixtures");
const RECORDED = join(import.meta.dirname, "../../../demo/recorded");
// The hour for which OpenCost's answer was captured while its Prometheus refused queries.
const ALL_IDLE_HOUR = Date.UTC(2026, 10, 22, 10) / 1000;
const AGGREGATE = "cluster,namespace,controllerKind,controller,pod,container";

/**
 * Answers like the OpenCost (2025-12) whose three whole hours of the 2,000-pod cluster were recorded: these hours as
 * they were answered, any other hour with the one empty object that OpenCost gives for a window without data, and
 * broken requests with OpenCost's own refusals. A request that was never recorded is refused, not made up.
 */
export async function startOpencostReplay(port = 0): Promise<OpencostReplay> {
  let mood: OpencostMood = "recorded";
  const server = await serveLoopback((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    switch (url.pathname) {
      case "/allocation/compute":
      case "/allocation":
        return answerAllocation(url.searchParams, mood, response);
      case "/installInfo":
        return sendJson(response, 200, readCapture("installInfo").body);
      case "/healthz":
        return void response.writeHead(200).end();
      default:
        return sendText(response, 404, "404 page not found\n");
    }
  }, port);
  return { ...server, setMood: (next) => void (mood = next) };
}

/** The recorded answer for an hour, as OpenCost sent it; undefined when that hour was not recorded. */
export function recordedAnswer(hour: number): Buffer | undefined {
  const file = join(RECORDED, `opencost-${isoSeconds(hour).slice(0, 13)}Z.json.gz`);
  return existsSync(file) ? gunzipSync(readFileSync(file)) : undefined;
}

function answerAllocation(query: URLSearchParams, mood: OpencostMood, response: ServerResponse): void {
  const window = readWindow(query, response);
  if (!window) return;
  const { start, end } = window;
  if (mood === "no-data") return sendJson(response, 200, { code: 200, data: [{}] });
  const whole =
    end - start === 3600 && query.get("aggregate") === AGGREGATE && query.get("includeIdle") === "true";
  if (!whole) return refuse(response, 500, `no answer was recorded for ${query.toString()}`);
  const recorded = recordedAnswer(start);
  if (!recorded) return sendJson(response, 200, { code: 200, data: [{}] });
  if (mood === "all-idle" && start === ALL_IDLE_HOUR)
    return sendJson(response, 200, readCapture("bad-200-prometheus-422-all-idle").body);
  response.writeHead(200, { "content-type": "application/json" }).end(recorded);
}

function readCapture(name: string): { body: unknown } {
  return JSON.parse(readFileSync(join(FIXTURES, "opencost", `${name}.json`), "utf8")) as { body: unknown };
}

/** `npx tsx __tests__/e2e/ground/opencost-replay.ts serve --port N`: serves until it is told to stop. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { port: { type: "string", default: "9003" } },
  });
  if (positionals[0] !== "serve") throw new Error("usage: opencost-replay.ts serve [--port 9003]");
  const replay = await startOpencostReplay(Number(values.port));
  console.log(`OpenCost's recorded answers: ${replay.url}, 2026-11-22T09:00Z to 12:00Z`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  await replay.stop();
}

if (process.argv[1] === import.meta.filename) await main();
