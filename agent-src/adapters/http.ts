import { readFile } from "node:fs/promises";
import pRetry from "p-retry";
import { ConfigError, TransientError } from "../export/errors.ts";
import type { BaseUrl } from "./base-url.ts";

/** A source that is asked over HTTP. */
export interface HttpSource {
  /** For messages: `Prometheus`. */
  readonly name: string;
  /** The flag that holds its URL, for messages: `--prometheus-url`. */
  readonly flag: string;
  readonly base: BaseUrl;
  /** Read at each attempt, because mounted tokens rotate. */
  readonly bearerTokenFile?: string;
  /** @default the runtime's own */
  readonly fetch?: typeof fetch;
  /** Limit of one attempt, from the request to the last byte. */
  readonly timeoutSeconds: number;
  /** How often a request is tried before giving up, the first time included. */
  readonly maxAttempts: number;
  /** Pause before the second attempt; doubled each time. @default 1000 */
  readonly retryMilliseconds?: number;
  /** Told once about a request that failed and is tried again, with the reason. */
  readonly onRetry?: OnRetry;
}

/** Told, in a sentence, that a request to a source failed and is tried again. */
export type OnRetry = (text: string) => void;

/** One request to a source. */
export interface HttpRequest {
  /** Below the base URL: `/api/v1/query`. */
  readonly path: string;
  /** Sent as a form with POST; without it the request is a GET. */
  readonly form?: URLSearchParams;
  readonly query?: URLSearchParams;
  /** Which form of JSON is wanted. @default application/json */
  readonly accept?: string;
  /** For messages: `query "cpu_usage_core_seconds"`. */
  readonly what: string;
}

/** What a source said when it did not answer with JSON and 2xx. */
export interface Refusal {
  readonly status: number;
  readonly contentType: string;
  /** At most 64 KiB. */
  readonly body: string;
}

/** How to read a refusal: the error to throw, and whether asking again may help. */
export type ExplainRefusal = (refusal: Refusal) => { readonly error: Error; readonly again: boolean };

const MAX_REFUSAL_BYTES = 64 * 1024;

/** A failed attempt that may be repeated. Internal: what leaves this file is the error inside. */
class RepeatableError extends Error {
  readonly inner: Error;
  constructor(inner: Error) {
    super(inner.message);
    this.inner = inner;
  }
}

/**
 * Opens a JSON answer and gives its bytes. Compression is undone by the runtime's fetch.
 * An attempt that fails before the first byte is repeated; a body that breaks off is not, as parts of it were used.
 * @throws TransientError when the source cannot be reached, is too slow or gives up
 * @throws ConfigError when the URL or the token is wrong
 * @throws what `explain` says, for any other refusal
 */
export async function openJson(
  source: HttpSource,
  request: HttpRequest,
  explain: ExplainRefusal,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  try {
    return await pRetry(() => attempt(source, request, explain, signal), {
      retries: source.maxAttempts - 1,
      minTimeout: source.retryMilliseconds ?? 1000,
      randomize: true,
      signal,
      shouldRetry: ({ error }) => error instanceof RepeatableError,
      onFailedAttempt: ({ error, attemptNumber, retriesLeft }) => {
        if (attemptNumber > 1 || retriesLeft === 0 || !(error instanceof RepeatableError)) return;
        source.onRetry?.(`${error.message}; retrying, ${retriesLeft} attempts left …`);
      },
    });
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof RepeatableError ? error.inner : error;
  }
}

async function attempt(
  source: HttpSource,
  request: HttpRequest,
  explain: ExplainRefusal,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const headers = await requestHeaders(source, request);
  const deadline = startDeadline(source.timeoutSeconds, signal);
  try {
    const response = await send(source, request, headers, deadline.signal);
    const contentType = response.headers.get("content-type") ?? "";
    if (response.ok && /\bjson\b/i.test(contentType) && response.body) {
      return readBody(source, request, response.body, deadline);
    }
    const body = await readStart(response);
    deadline.clear();
    const { error, again } = explain({ status: response.status, contentType, body });
    throw again ? new RepeatableError(error) : error;
  } catch (error) {
    deadline.clear();
    if (error instanceof RepeatableError || error instanceof ConfigError || !deadline.signal.aborted)
      throw error;
    if (signal.aborted) throw error; // the caller gave up, not the time
    throw new RepeatableError(tooSlow(source, request, error));
  }
}

async function send(
  source: HttpSource,
  request: HttpRequest,
  headers: Headers,
  signal: AbortSignal,
): Promise<Response> {
  const query = request.query ? `?${request.query.toString()}` : "";
  const init = request.form ? { method: "POST", body: request.form } : { method: "GET" };
  try {
    return await (source.fetch ?? fetch)(`${source.base.href}${request.path}${query}`, {
      ...init,
      headers,
      signal,
    });
  } catch (cause) {
    if (signal.aborted) throw cause;
    const message = `Cannot reach ${source.name} at "${source.base.href}" for ${request.what}: ${networkReason(cause)}; check ${source.flag}`;
    throw new RepeatableError(new TransientError(message, { cause }));
  }
}

async function* readBody(
  source: HttpSource,
  request: HttpRequest,
  body: AsyncIterable<Uint8Array>,
  deadline: Deadline,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* body;
  } catch (cause) {
    if (deadline.outer.aborted) throw deadline.outer.reason;
    if (deadline.signal.aborted) throw tooSlow(source, request, cause);
    const message = `The answer of ${source.name} to ${request.what} broke off: ${networkReason(cause)}`;
    throw new TransientError(message, { cause });
  } finally {
    deadline.clear();
  }
}

function tooSlow(source: HttpSource, request: HttpRequest, cause: unknown): TransientError {
  return new TransientError(
    `${source.name} at "${source.base.href}" did not answer ${request.what} within ${source.timeoutSeconds} s`,
    { cause },
  );
}

async function requestHeaders(source: HttpSource, request: HttpRequest): Promise<Headers> {
  const headers = new Headers({ accept: request.accept ?? "application/json" });
  if (source.base.authorization) headers.set("authorization", source.base.authorization);
  if (source.bearerTokenFile !== undefined) {
    const token = await readToken(source.bearerTokenFile);
    headers.set("authorization", `Bearer ${token}`);
  }
  return headers;
}

async function readToken(file: string): Promise<string> {
  let token: string;
  try {
    token = (await readFile(file, "utf8")).trim();
  } catch (cause) {
    throw new ConfigError(`Cannot read the bearer token file "${file}"; check its path and permissions`, {
      cause,
    });
  }
  if (token === "") throw new ConfigError(`The bearer token file "${file}" is empty`);
  return token;
}

async function readStart(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  if (!response.body) return text;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    text += decoder.decode(chunk, { stream: true });
    if (bytes > MAX_REFUSAL_BYTES) break;
  }
  return text.slice(0, MAX_REFUSAL_BYTES);
}

/** undici wraps what happened (`fetch failed`); an AggregateError of both IP families has a code and no text. */
function networkReason(error: unknown): string {
  const { message, code, cause } = (error ?? {}) as {
    readonly message?: string;
    readonly code?: string;
    readonly cause?: unknown;
  };
  if (typeof cause === "object" && cause !== null) return networkReason(cause);
  return message || code || String(error);
}

interface Deadline {
  readonly signal: AbortSignal;
  /** The caller's signal: aborted means that the caller gave up, not that the source was slow. */
  readonly outer: AbortSignal;
  clear(): void;
}

function startDeadline(seconds: number, outer: AbortSignal): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new Error(`no answer within ${seconds} s`)),
    seconds * 1000,
  );
  const forward = (): void => controller.abort(outer.reason);
  if (outer.aborted) forward();
  else outer.addEventListener("abort", forward, { once: true });
  return {
    signal: controller.signal,
    outer,
    clear() {
      clearTimeout(timer);
      outer.removeEventListener("abort", forward);
    },
  };
}
