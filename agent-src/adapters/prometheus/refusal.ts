import { ConfigError, OverloadedError, TransientError } from "../../export/errors.ts";
import type { ExplainRefusal, Refusal } from "../http.ts";

/** Gateway and overload answers: the same request may succeed a moment later. */
const BUSY = new Set([429, 502, 503, 504]);

/** VictoriaMetrics says 422 to a query it cannot parse, where Prometheus says 400. */
const UNPARSABLE = /\bparse|unparsed|unexpected token|unknown func|unsupported/i;

/** What Prometheus, VictoriaMetrics (-search.max…), Mimir (err-mimir-max-…) and AMP say to what is beyond a limit. */
const LIMIT = /too (?:many|large|big)|max-|-search\.max|maximum|exceed|limit|larger than/i;

const MAX_MESSAGE = 300;

interface PrometheusError {
  readonly errorType: string;
  readonly error: string;
}

/** Reads what a Prometheus, or what speaks like one, said instead of an answer to `what`. The error's cause is that. */
export function explainPrometheus(what: string, base: string): ExplainRefusal {
  const explain = explainAnswer(what, base);
  return (refusal) => {
    const explained = explain(refusal);
    explained.error.cause = refusal;
    return explained;
  };
}

/** The HTTP status with which a request was refused; undefined when the error is no refusal. */
export function statusOf({ cause }: Error): number | undefined {
  const status = (cause as Partial<Refusal> | null | undefined)?.status;
  return typeof status === "number" ? status : undefined;
}

function explainAnswer(what: string, base: string): ExplainRefusal {
  return (refusal) => {
    const said = parseError(refusal);
    if (refusal.status === 401 || refusal.status === 403) return explainAuth(what, base, refusal, said);
    if (!said) return explainForeign(what, base, refusal);
    const message = cut(said.error);
    // Asked in parts there would be more requests, and of these there are too many already.
    if (refusal.status === 429) {
      return { error: new TransientError(`Prometheus gave up on ${what}: ${message}`), again: true };
    }
    if (isTimeout(said) || BUSY.has(refusal.status)) {
      return { error: new OverloadedError(`Prometheus gave up on ${what}: ${message}`), again: true };
    }
    if (refusal.status === 422 && !UNPARSABLE.test(said.error)) {
      const hint = /too many samples/i.test(said.error) ? "; raise --query.max-samples of Prometheus" : "";
      const text = `Prometheus could not execute ${what}: ${message}${hint}`;
      // Asking the same again would load the same samples again, with the same end.
      return {
        error: LIMIT.test(said.error) ? new OverloadedError(text) : new TransientError(text),
        again: false,
      };
    }
    if (refusal.status >= 500) {
      return { error: new TransientError(`Prometheus failed at ${what}: ${message}`), again: true };
    }
    return { error: new Error(`Prometheus refused ${what} (${said.errorType}): ${message}`), again: false };
  };
}

// Prometheus 3 answers an exceeded deadline with 400 bad_data "context deadline exceeded".
function isTimeout(said: PrometheusError): boolean {
  return (
    said.errorType === "timeout" || said.errorType === "canceled" || /deadline exceeded/i.test(said.error)
  );
}

/** Gateways and Mimir say it in Prometheus' JSON, sign-in proxies in HTML. */
function explainAuth(
  what: string,
  base: string,
  { status }: Refusal,
  said: PrometheusError | undefined,
): ReturnType<ExplainRefusal> {
  const words = said ? ` (${cut(said.error)})` : "";
  const message = `Prometheus at "${base}" refused ${what} with status ${status}${words}; check --prometheus-bearer-token-file, --prometheus-user with --prometheus-password-file, --prometheus-sigv4-region or --prometheus-tenant, whichever it wants, and what it allows`;
  return { error: new ConfigError(message), again: false };
}

function explainForeign(what: string, base: string, refusal: Refusal): ReturnType<ExplainRefusal> {
  const { status, contentType } = refusal;
  const text = cut(refusal.body.trim());
  if (BUSY.has(status) || status >= 500) {
    const message = `Prometheus at "${base}" answered ${what} with status ${status}: "${text}"`;
    const isLoad = status === 503 || status === 504;
    return { error: isLoad ? new OverloadedError(message) : new TransientError(message), again: true };
  }
  const message = `"${base}" does not answer like a Prometheus: status ${status}, "${contentType}", "${text}" for ${what}; check --prometheus-url and its path`;
  return { error: new ConfigError(message), again: false };
}

function parseError(refusal: Refusal): PrometheusError | undefined {
  if (!/\bjson\b/i.test(refusal.contentType)) return undefined;
  try {
    const body = JSON.parse(refusal.body) as Partial<Record<keyof PrometheusError, unknown>> | null;
    if (typeof body?.error !== "string") return undefined;
    return { errorType: typeof body.errorType === "string" ? body.errorType : "error", error: body.error };
  } catch {
    return undefined; // not what its content type says: shown as text
  }
}

function cut(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > MAX_MESSAGE ? `${line.slice(0, MAX_MESSAGE)} …` : line;
}
