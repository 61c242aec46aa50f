import { ConfigError, TransientError } from "../../export/errors.ts";
import type { ExplainRefusal, Refusal } from "../http.ts";

/** OpenCost lists every PromQL it tried when its Prometheus is down: 30 kB. */
const MAX_MESSAGE = 300;

/**
 * Reads what OpenCost said instead of an answer to `what`: 500 with a JSON message, 400 as text/plain with two bodies
 * (a sentence, then JSON that claims code 500), or a page of whatever answers at that address.
 */
export function explainOpenCost(what: string, base: string): ExplainRefusal {
  return (refusal) => {
    const { status } = refusal;
    const message = cut(readMessage(refusal));
    if (status === 401 || status === 403) {
      const text = `OpenCost at "${base}" refused ${what} with status ${status}; check the user in --opencost-url`;
      return { error: new ConfigError(text), again: false };
    }
    if (status >= 500 || status === 429) {
      const text = `OpenCost at "${base}" failed at ${what} with status ${status}: ${message}`;
      return { error: new TransientError(text), again: true };
    }
    if (status === 404 || status < 400) {
      const text = `"${base}" does not answer like OpenCost's API: status ${status}, "${refusal.contentType}", "${message}" for ${what}; check --opencost-url (the API's port is 9003, the UI's 9090)`;
      return { error: new ConfigError(text), again: false };
    }
    return { error: new Error(`OpenCost refused ${what} with status ${status}: ${message}`), again: false };
  };
}

function readMessage(refusal: Refusal): string {
  if (!/\bjson\b/i.test(refusal.contentType)) return refusal.body;
  try {
    const body = JSON.parse(refusal.body) as { readonly message?: unknown } | null;
    return typeof body?.message === "string" ? body.message : refusal.body;
  } catch {
    return refusal.body;
  }
}

function cut(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > MAX_MESSAGE ? `${line.slice(0, MAX_MESSAGE)} …` : line;
}
