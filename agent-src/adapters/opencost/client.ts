import { SECONDS_PER_HOUR, isoSeconds, type Hour } from "../../../contract/hours.ts";
import { ConfigError, TransientError } from "../../export/errors.ts";
import { scanElements } from "../../export/json-elements.ts";
import { parseBaseUrl } from "../base-url.ts";
import { openJson, type AnswerHead, type HttpSource, type OnRetry } from "../http.ts";
import { admitterOf, type SourceAccess } from "../source-access.ts";
import { explainOpenCost } from "./refusal.ts";

/** How to reach OpenCost's API. */
export interface OpenCostSettings {
  /** A path prefix stays: `http://host:9003/model`. */
  readonly baseUrl: string;
  /** @default the user of the URL, or nobody */
  readonly access?: SourceAccess;
  /** Limit of one attempt. OpenCost computes for seconds before its first byte. */
  readonly timeoutSeconds: number;
  /** The first one included. */
  readonly maxAttempts: number;
  /** Pause before the second attempt. @default 1000 */
  readonly retryMilliseconds?: number;
  /** Told about a request that is tried again. */
  readonly onRetry?: OnRetry;
  /** Told about each answer, also a refusal. */
  readonly onAnswer?: (head: AnswerHead) => void;
}

/** The allocations of an hour. Nothing is known about whether they can be trusted. */
export interface AllocationStream {
  /** Allocations as answered, one object each. */
  readonly allocations: AsyncIterable<unknown>;
  /** How many sets the answer had; one per step. To be called after the stream has ended. */
  sets(): number;
}

/** The part of OpenCost's API that is used. */
export interface OpenCost {
  /** One request, made when the stream is first read; its answer is never held whole. */
  allocations(hour: Hour, signal: AbortSignal): AllocationStream;
  /** As OpenCost's /installInfo says it: `1.118.0`, `dev-20251219 (5df39a59)`. */
  version(signal: AbortSignal): Promise<string>;
}

/** Allocations are keyed by exactly these; another set would answer under names that mean something else. */
const AGGREGATE = "cluster,namespace,controllerKind,controller,pod,container";

/**
 * Opens nothing yet; each method asks for itself.
 * @throws ConfigError when the URL is wrong
 */
export function createOpenCost(settings: OpenCostSettings): OpenCost {
  const source: HttpSource = {
    ...settings,
    name: "OpenCost",
    flag: "--opencost-url",
    base: parseBaseUrl(settings.baseUrl, "--opencost-url"),
    admit: admitterOf(settings.access ?? {}),
  };
  return {
    allocations: (hour, signal) => openAllocations(source, hour, signal),
    version: (signal) => readVersion(source, signal),
  };
}

function openAllocations(source: HttpSource, hour: Hour, signal: AbortSignal): AllocationStream {
  const what = `the allocations of ${isoSeconds(hour)}`;
  const query = new URLSearchParams({
    // Whole seconds: OpenCost answers milliseconds with 200 and nothing.
    window: `${hour},${hour + SECONDS_PER_HOUR}`,
    aggregate: AGGREGATE,
    includeIdle: "true",
    step: "1h",
  });
  let sets: number | undefined;
  async function* allocations(): AsyncGenerator<unknown, void, undefined> {
    const explain = explainOpenCost(what, source.base.href);
    const chunks = await openJson(source, { path: "/allocation/compute", query, what }, explain, signal);
    const answer = scanElements(chunks);
    try {
      for await (const element of answer.elements) yield element.value;
      sets = countSets(answer.frame());
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof TransientError) throw cause;
      const message = `The answer of OpenCost to ${what} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
      throw new TransientError(message, { cause });
    }
  }
  return {
    allocations: allocations(),
    sets() {
      if (sets === undefined)
        throw new Error("the number of sets is known only after the last allocation was read");
      return sets;
    },
  };
}

function countSets(frame: unknown): number {
  const { code, data } = (frame ?? {}) as { readonly code?: unknown; readonly data?: unknown };
  if (code !== 200) throw new Error(`its code is ${JSON.stringify(code)}, not 200`);
  if (!Array.isArray(data)) throw new Error('its "data" is not an array of sets');
  return data.length;
}

async function readVersion(source: HttpSource, signal: AbortSignal): Promise<string> {
  const what = "its version";
  const explain = explainOpenCost(what, source.base.href);
  const chunks = await openJson(source, { path: "/installInfo", what }, explain, signal);
  const answer = scanElements(chunks);
  try {
    for await (const _element of answer.elements); // the containers of the pod; the version is in the frame
    const { version } = (answer.frame() ?? {}) as { readonly version?: unknown };
    if (typeof version !== "string") throw new Error('no "version" in the answer');
    return version === "" ? "unknown" : version;
  } catch (cause) {
    if (cause instanceof TransientError) throw cause;
    const message = `"${source.base.href}" does not answer like OpenCost when asked for its version; check --opencost-url`;
    throw new ConfigError(message, { cause });
  }
}
