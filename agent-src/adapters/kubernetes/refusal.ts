import { ConfigError, TransientError } from "../../export/errors.ts";
import { ListExpiredError } from "../../export/labels/cluster-labels.ts";
import type { ExplainRefusal, Refusal } from "../http.ts";

const MAX_MESSAGE = 300;

/** Reads what a Kubernetes API server said instead of a list of `resource`: a `Status` object, or a proxy's page. */
export function explainKubernetes(resource: string, base: string): ExplainRefusal {
  return (refusal) => {
    const { status } = refusal;
    const said = cut(readMessage(refusal));
    const what = `The Kubernetes API at "${base}"`;
    switch (status) {
      case 401:
        return refused(
          `${what} does not know who asks for "${resource}" (401): ${said}; check the token file`,
        );
      case 403:
        return refused(
          `${what} refused to list "${resource}" (403): ${said}; allow the verb "list" on it in the agent's ClusterRole`,
        );
      case 404:
        return refused(`${what} has no "${resource}" (404): ${said}; check --kubernetes-url`);
      case 410:
        return {
          error: new ListExpiredError(`${what} no longer has the rest of "${resource}" (410): ${said}`),
          again: false,
        };
    }
    if (status === 429 || status >= 500) {
      const message = `${what} failed at the list of "${resource}" with status ${status}: ${said}`;
      return { error: new TransientError(message), again: true };
    }
    if (status < 400) {
      return refused(
        `"${base}" does not answer like a Kubernetes API server: status ${status}, "${refusal.contentType}", "${said}" for "${resource}"; check --kubernetes-url`,
      );
    }
    return {
      error: new Error(`${what} refused the list of "${resource}" with status ${status}: ${said}`),
      again: false,
    };
  };
}

function refused(message: string): ReturnType<ExplainRefusal> {
  return { error: new ConfigError(message), again: false };
}

function readMessage(refusal: Refusal): string {
  if (!/\bjson\b/i.test(refusal.contentType)) return refusal.body;
  try {
    const body = JSON.parse(refusal.body) as { readonly message?: unknown } | null;
    return typeof body?.message === "string" ? body.message : refusal.body;
  } catch {
    return refusal.body; // Not what its content type says
  }
}

function cut(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > MAX_MESSAGE ? `${line.slice(0, MAX_MESSAGE)} …` : line;
}
