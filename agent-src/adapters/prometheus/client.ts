import { TransientError } from "../../export/errors.ts";
import { scanElements } from "../../export/json-elements.ts";
import type { ElementReader } from "../../export/json-look-ahead.ts";
import { openJson, type AnswerHead, type HttpSource, type OnRetry } from "../http.ts";
import { parseBaseUrl } from "../base-url.ts";
import { createLimiter } from "../limiter.ts";
import { admitterOf, type SourceAccess } from "../source-access.ts";
import { PARTIAL, WHOLE_ANSWER } from "./whole-answer.ts";
import { readLabelValues, type LabelRequest } from "./label-values.ts";
import { findOldestSample, type AskRange } from "./oldest-sample.ts";
import type { NamedQuery, QueryRange } from "./query.ts";
import { explainPrometheus } from "./refusal.ts";
import type { InstantSample, SampleSeries } from "./sample.ts";
import { createSampleReader, createSeriesReader } from "./scan-series.ts";
import { readVersion } from "./server-version.ts";

/** How to reach a Prometheus, or what speaks its API. */
export interface PrometheusSettings {
  /** A path prefix stays: `http://host:9090/prom`. */
  readonly baseUrl: string;
  /** @default the user of the URL, or nobody */
  readonly access?: SourceAccess;
  /** How many requests may be under way at once, all callers together. @default 4 */
  readonly concurrency?: number;
  /** Limit of one attempt; Prometheus is told the same. */
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

/** A small Prometheus has two cores, and each of its queries holds what it has loaded. */
export const DEFAULT_CONCURRENCY = 4;

/** Told about each warning of an otherwise good answer. */
export type Warn = (warning: string) => void;

/**
 * The part of the Prometheus API that is used. Streams ask when they are first read and throw
 * TransientError, ConfigError, or an Error with Prometheus' own message for a query it does not accept.
 */
export interface Prometheus {
  /** Series of an instant query at `timeSeconds`, which may be a fraction. */
  instant(
    query: NamedQuery,
    timeSeconds: number,
    signal: AbortSignal,
    warn: Warn,
  ): AsyncIterable<InstantSample>;
  /** Series of a range query. */
  matrix(query: NamedQuery, range: QueryRange, signal: AbortSignal, warn: Warn): AsyncIterable<SampleSeries>;
  /**
   * Raw samples of an instant query of a range selector, `metric{…}[1h]`: as they were scraped, stale markers absent.
   * Prometheus 2 counts a sample at the range's very first instant in, Prometheus 3 does not.
   */
  samples(
    query: NamedQuery,
    timeSeconds: number,
    signal: AbortSignal,
    warn: Warn,
  ): AsyncIterable<SampleSeries>;
  /** Values that a label has in a time. */
  labelValues(label: string, request: LabelRequest, signal: AbortSignal): Promise<readonly string[]>;
  /** `2.42.0`; "unknown" when the server does not say, as self-built ones do; "victoria-metrics" for that server. */
  version(signal: AbortSignal): Promise<string>;
  /** When the oldest data that the server still has was scraped, epoch seconds; undefined when it has none. */
  oldestSample(signal: AbortSignal): Promise<number | undefined>;
}

/**
 * Opens nothing yet; each method asks for itself.
 * @throws ConfigError when the URL is wrong
 */
export function createPrometheus(settings: PrometheusSettings): Prometheus {
  const source: HttpSource = {
    ...settings,
    name: "Prometheus",
    flag: "--prometheus-url",
    base: parseBaseUrl(settings.baseUrl, "--prometheus-url"),
    admit: admitterOf(settings.access ?? {}),
    limiter: createLimiter(settings.concurrency ?? DEFAULT_CONCURRENCY),
  };
  const prometheus: Prometheus = {
    instant(query, timeSeconds, signal, warn) {
      const form = queryForm(query, settings.timeoutSeconds, { time: formatTime(timeSeconds) });
      return readSeries(
        source,
        { query, path: "/api/v1/query", form, resultType: "vector" },
        createSampleReader,
        signal,
        warn,
      );
    },
    matrix(query, range, signal, warn) {
      const form = queryForm(query, settings.timeoutSeconds, {
        start: formatTime(range.startSeconds),
        end: formatTime(range.endSeconds),
        step: formatTime(range.stepSeconds),
      });
      return readSeries(
        source,
        { query, path: "/api/v1/query_range", form, resultType: "matrix" },
        createSeriesReader,
        signal,
        warn,
      );
    },
    samples(query, timeSeconds, signal, warn) {
      const form = queryForm(query, settings.timeoutSeconds, { time: formatTime(timeSeconds) });
      return readSeries(
        source,
        { query, path: "/api/v1/query", form, resultType: "matrix" },
        createSeriesReader,
        signal,
        warn,
      );
    },
    labelValues: (label, request, signal) => readLabelValues(source, label, request, signal),
    version(signal) {
      const query: NamedQuery = { id: "vector(1)", promql: "vector(1)" };
      return readVersion(
        source,
        () => prometheus.instant(query, Date.now() / 1000, signal, () => {}),
        signal,
      );
    },
    oldestSample(signal) {
      const ask: AskRange = (query, range) => prometheus.matrix(query, range, signal, () => {});
      return findOldestSample(ask, Date.now() / 1000);
    },
  };
  return prometheus;
}

interface SeriesRequest {
  readonly query: NamedQuery;
  readonly path: string;
  readonly form: URLSearchParams;
  readonly resultType: "vector" | "matrix";
}

async function* readSeries<T>(
  source: HttpSource,
  request: SeriesRequest,
  createReader: (onHistogram: () => void) => ElementReader<T>,
  signal: AbortSignal,
  warn: Warn,
): AsyncGenerator<T, void, undefined> {
  const { id } = request.query;
  const what = `query "${id}"`;
  const explain = explainPrometheus(what, source.base.href);
  const chunks = await openJson(source, { path: request.path, form: request.form, what }, explain, signal);
  let histograms = 0;
  const answer = scanElements(
    chunks,
    {},
    createReader(() => histograms++),
  );
  try {
    for await (const element of answer.elements) yield element;
    if (histograms > 0)
      warn(`query "${id}": left out ${histograms} series with native histograms, which have no single value`);
    for (const warning of readFrame(answer.frame(), request.resultType)) warn(`query "${id}": ${warning}`);
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof TransientError) throw cause;
    const message = `The answer of Prometheus to ${what} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new TransientError(message, { cause });
  }
}

function readFrame(frame: unknown, resultType: string): readonly string[] {
  const { status, data, warnings, isPartial } = (frame ?? {}) as {
    readonly status?: unknown;
    readonly isPartial?: unknown;
    readonly data?: { readonly resultType?: unknown };
    readonly warnings?: unknown;
  };
  if (status !== "success") throw new Error(`its status is ${JSON.stringify(status)}, not "success"`);
  if (data?.resultType !== resultType) {
    throw new Error(`its result type is ${JSON.stringify(data?.resultType)}, not "${resultType}"`);
  }
  if (isPartial === true) throw new Error(PARTIAL);
  return Array.isArray(warnings) ? warnings.map(String) : [];
}

function queryForm(
  query: NamedQuery,
  timeoutSeconds: number,
  times: Record<string, string>,
): URLSearchParams {
  return new URLSearchParams({
    query: query.promql,
    ...times,
    timeout: String(timeoutSeconds), // seconds; as a duration, fractions would be refused
    ...WHOLE_ANSWER,
  });
}

/** Seconds with at most three decimals. Milliseconds would be answered with an empty 200. */
function formatTime(seconds: number): string {
  return String(Math.round(seconds * 1000) / 1000);
}
