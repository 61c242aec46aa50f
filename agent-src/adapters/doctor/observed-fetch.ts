import type { HttpAnswer } from "../../doctor/context.ts";

/** A fetch that remembers the head of each answer, whatever becomes of its body. */
export interface ObservedFetch {
  readonly fetch: typeof fetch;
  /** The last answer to a request whose path ends so; undefined when there was none. */
  answerTo(path: string): HttpAnswer | undefined;
}

/** Observes `inner`. */
export function observeFetch(inner: typeof fetch): ObservedFetch {
  const answers = new Map<string, HttpAnswer>();
  return {
    async fetch(input, init) {
      const sent = Date.now() / 1000;
      const response = await inner(input, init);
      const url = input instanceof Request ? input.url : String(input);
      answers.set(new URL(url).pathname, {
        status: response.status,
        contentType: response.headers.get("content-type") ?? "",
        aheadSeconds: aheadOf(response.headers.get("date"), sent, Date.now() / 1000),
      });
      return response;
    },
    answerTo(path) {
      return [...answers].find(([pathname]) => pathname.endsWith(path))?.[1];
    },
  };
}

/**
 * Seconds by which this machine's clock is ahead of a Date header, of an answer asked and answered at these times.
 * The header has whole seconds, cut off: on average the time was half a second later.
 */
export function aheadOf(date: string | null | undefined, sent: number, received: number): number | undefined {
  const milliseconds = Date.parse(date ?? "");
  if (Number.isNaN(milliseconds)) return undefined;
  return (sent + received) / 2 - (milliseconds / 1000 + 0.5);
}
