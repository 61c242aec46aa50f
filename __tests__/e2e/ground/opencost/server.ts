import type { ServerResponse } from "node:http";
import { serveLoopback, type LoopbackServer } from "../loopback.ts";
import { aggregateRows } from "./aggregate.ts";
import { readWindow, refuse, sendJson, sendText } from "./answers.ts";
import { computeAllocations } from "./compute.ts";
import type { History } from "./history.ts";
import { wireRow } from "./row.ts";
import { stepWindows, windowText } from "./window.ts";

/**
 * What goes wrong behind OpenCost: nothing, a Prometheus that cannot be reached, or one that refuses the query for the
 * pods (`query.max-samples`), which OpenCost answers with 200 and everything idle.
 */
export type Fault = "none" | "prometheus-down" | "pods-refused";

/** What the stand-in is made of. */
export interface StandInOptions {
  readonly history: History;
  /** @default "lab" */
  readonly cluster?: string;
  /** @default 0, a free port */
  readonly port?: number;
}

/** OpenCost's stand-in on a loopback port. */
export interface OpencostStandIn extends LoopbackServer {
  /** From the next request on. */
  setFault(fault: Fault): void;
}

const VERSION = "stand-in for dev-20251219 (5df39a59)";

/**
 * Answers `/allocation/compute`, `/healthz` and `/installInfo` like OpenCost of December 2025, computing from a
 * history instead of a Prometheus, with the refusals that were recorded from the real one.
 */
export async function startOpencostStandIn(options: StandInOptions): Promise<OpencostStandIn> {
  const { history, cluster = "lab", port = 0 } = options;
  let fault: Fault = "none";
  const server = await serveLoopback((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    switch (url.pathname) {
      case "/allocation/compute":
      case "/allocation":
        return answerAllocation(history, cluster, url.searchParams, fault, response);
      case "/installInfo":
        return sendJson(response, 200, { clusterInfo: {}, version: VERSION });
      case "/healthz":
        return void response.writeHead(200).end();
      default:
        return sendText(response, 404, "404 page not found\n");
    }
  }, port);
  return { ...server, setFault: (next) => void (fault = next) };
}

function answerAllocation(
  history: History,
  cluster: string,
  query: URLSearchParams,
  fault: Fault,
  response: ServerResponse,
): void {
  const window = readWindow(query, response);
  if (!window) return;
  const flag = (name: string): boolean => query.get(name) === "true";
  if (flag("includeProportionalAssetResourceCosts") && !flag("includeIdle")) {
    const message =
      "bad request - includeIdle must be set true if includeProportionalAssetResourceCosts is true";
    return refuse(response, 400, message);
  }
  if (query.has("filter")) return refuse(response, 500, "the stand-in does not know filters");
  if (fault === "prometheus-down") {
    const cause = "Error Collection:\n0) Errors:\n  Request Error: query error: connection refused";
    return refuse(response, 500, `error computing allocations for ${windowText(window)}: ${cause}`);
  }
  const refused = fault === "pods-refused" ? "pods" : "nothing";
  const data = stepWindows(window, query.get("step")).map((span) => {
    const computed = computeAllocations(history, span, cluster, refused);
    const rows = aggregateRows(computed, query.get("aggregate") ?? "", flag("includeIdle"));
    return Object.fromEntries([...rows].map(([name, of]) => [name, wireRow(name, of, span, cluster)]));
  });
  sendJson(response, 200, { code: 200, data });
}
