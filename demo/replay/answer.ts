/** An HTTP answer of the replay. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** A JSON answer. */
export function json(status: number, value: unknown): Answer {
  return { status, contentType: "application/json", body: JSON.stringify(value) };
}

/** A plain text answer. */
export function text(status: number, body: string): Answer {
  return { status, contentType: "text/plain; charset=utf-8", body };
}
