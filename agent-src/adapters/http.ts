import { setMaxListeners } from "node:events";
import pRetry from "p-retry";
import { ConfigError } from "../export/errors.ts";
import { redactUrl, type BaseUrl } from "./base-url.ts";
import { startDeadline, type Deadline } from "./deadline.ts";
import { brokeOff, tooSlow, unreachable, type AskedSource } from "./http-failures.ts";
import { sendRequest, type IncomingAnswer, type OutgoingRequest } from "./http-transport.ts";
import type { Limiter } from "./limiter.ts";
import type { Admit } from "./source-access.ts";

/** A source that is asked over HTTP. */
export interface HttpSource {
  /** For messages: `Prometheus`. */
  readonly name: string;
  /** The flag that holds its URL, for messages: `--prometheus-url`. */
  readonly flag: string;
  readonly base: BaseUrl;
  /** Adds credentials to each attempt. @default the user of the URL, or nobody */
  readonly admit?: Admit;
  /** A turn lasts from the request to the last byte, without the pauses before further attempts. @default no limit */
  readonly limiter?: Limiter;
  /** Limit of one attempt, from the request to the last byte. */
  readonly timeoutSeconds: number;
  /** How often a request is tried before giving up, the first time included. */
  readonly maxAttempts: number;
  /** Pause before the second attempt; doubled each time. @default 1000 */
  readonly retryMilliseconds?: number;
  /** Told once about a request that failed and is tried again, with the reason. */
  readonly onRetry?: OnRetry;
  /** Told about each answer, also a refusal, as soon as its head is there. */
  readonly onAnswer?: (head: AnswerHead) => void;
}

/** What is known of an answer before its body. */
export interface AnswerHead {
  /** What was asked, without credentials. */
  readonly url: string;
  readonly status: number;
  readonly contentType: string;
  /** The Date header. */
  readonly date: string | undefined;
  /** When the request went and this came, epoch seconds of this machine. */
  readonly sentSeconds: number;
  readonly receivedSeconds: number;
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
 * Opens a JSON answer and gives its bytes, without their compression. An attempt that fails before the first byte is
 * repeated; a body that breaks off is not, as parts of it were used. The reader must end the stream, or read it out.
 * @throws TransientError when the source cannot be reached, is too slow or gives up
 * @throws ConfigError when the URL, the credentials or the certificates are wrong
 * @throws what `explain` says, for any other refusal
 */
export async function openJson(
  source: HttpSource,
  request: HttpRequest,
  explain: ExplainRefusal,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  // All queries of a dataset-hour share a signal: more than ten of them are no leak.
  setMaxListeners(0, signal);
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
  const leave = await source.limiter?.enter(signal);
  const deadline = startDeadline(source.timeoutSeconds, signal);
  const end = (): void => {
    deadline.clear();
    leave?.();
  };
  deadline.signal.addEventListener("abort", end, { once: true }); // also when nobody reads the body
  try {
    const answer = await send(source, request, deadline.signal);
    const contentType = answer.headers["content-type"] ?? "";
    if (answer.status >= 200 && answer.status < 300 && /\bjson\b/i.test(contentType)) {
      return readBody(source, request, answer, deadline, end);
    }
    const body = await readStart(answer, deadline.signal);
    end();
    if (answer.status >= 300 && answer.status < 400) throw redirected(source, request, answer);
    const { error, again } = explain({ status: answer.status, contentType, body });
    throw again ? new RepeatableError(error) : error;
  } catch (error) {
    end();
    if (error instanceof RepeatableError || error instanceof ConfigError || !deadline.signal.aborted)
      throw error;
    if (signal.aborted) throw error; // the caller gave up, not the time
    throw new RepeatableError(tooSlow(asked(source), request.what, source.timeoutSeconds, error));
  }
}

async function send(source: HttpSource, request: HttpRequest, signal: AbortSignal): Promise<IncomingAnswer> {
  const outgoing = outgoingOf(source, request);
  const admitted = source.admit ? await source.admit(outgoing) : outgoing;
  const sentSeconds = Date.now() / 1000;
  try {
    const answer = await sendRequest(admitted, signal);
    source.onAnswer?.(headOf(outgoing, answer, sentSeconds));
    return answer;
  } catch (cause) {
    if (signal.aborted) throw cause;
    const error = unreachable(asked(source), request.what, cause);
    throw error instanceof ConfigError ? error : new RepeatableError(error);
  }
}

function headOf(
  { url }: OutgoingRequest,
  { status, headers }: IncomingAnswer,
  sentSeconds: number,
): AnswerHead {
  return {
    url,
    status,
    contentType: headers["content-type"] ?? "",
    date: headers.date,
    sentSeconds,
    receivedSeconds: Date.now() / 1000,
  };
}

function outgoingOf({ base }: HttpSource, { path, query, form }: HttpRequest): OutgoingRequest {
  const url = `${base.href}${path}${query ? `?${query.toString()}` : ""}`;
  const headers: Record<string, string> = { accept: "application/json" };
  if (base.authorization) headers["authorization"] = base.authorization;
  if (!form) return { url, method: "GET", headers };
  const body = form.toString();
  headers["content-type"] = "application/x-www-form-urlencoded;charset=UTF-8";
  headers["content-length"] = String(Buffer.byteLength(body));
  return { url, method: "POST", headers, body };
}

/** For messages. */
function asked({ name, flag, base }: HttpSource): AskedSource {
  return { name, flag, href: base.href };
}

/** Followed, a request would go, with its credentials, where nobody said; and a sign-in page is no answer. */
function redirected(
  source: HttpSource,
  { what }: HttpRequest,
  { status, headers }: IncomingAnswer,
): ConfigError {
  const to = headers.location === undefined ? "nowhere" : `"${redactUrl(headers.location)}"`;
  const message = `${source.name} at "${source.base.href}" redirects ${what} to ${to} (status ${status}), which is not followed; name the address that answers itself with ${source.flag}`;
  return new ConfigError(message);
}

async function* readBody(
  source: HttpSource,
  request: HttpRequest,
  answer: IncomingAnswer,
  deadline: Deadline,
  end: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* answer.body;
  } catch (cause) {
    if (deadline.outer.aborted) throw deadline.outer.reason;
    if (deadline.signal.aborted) throw tooSlow(asked(source), request.what, source.timeoutSeconds, cause);
    throw brokeOff(asked(source), request.what, cause);
  } finally {
    answer.discard();
    end();
  }
}

/** The start of a refusal, as far as it came: what is known of it matters more than its end. */
async function readStart(answer: IncomingAnswer, signal: AbortSignal): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  try {
    for await (const chunk of answer.body) {
      bytes += chunk.length;
      text += decoder.decode(chunk, { stream: true });
      if (bytes > MAX_REFUSAL_BYTES) break;
    }
  } catch (error) {
    if (signal.aborted) throw error;
  }
  return text.slice(0, MAX_REFUSAL_BYTES);
}
