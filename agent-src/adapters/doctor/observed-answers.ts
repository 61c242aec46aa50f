import type { HttpAnswer } from "../../doctor/context.ts";
import type { AnswerHead } from "../http.ts";

/** Remembers the head of each answer, whatever becomes of its body. */
export interface ObservedAnswers {
  /** To be told of each answer. */
  readonly onAnswer: (head: AnswerHead) => void;
  /** The last answer to a request whose path ends so; undefined when there was none. */
  answerTo(path: string): HttpAnswer | undefined;
}

/** Knows of no answer yet. */
export function observeAnswers(): ObservedAnswers {
  const answers = new Map<string, HttpAnswer>();
  return {
    onAnswer({ url, status, contentType, date, sentSeconds, receivedSeconds }) {
      answers.set(new URL(url).pathname, {
        status,
        contentType,
        aheadSeconds: aheadOf(date, sentSeconds, receivedSeconds),
      });
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
