import { TransientError } from "../../export/errors.ts";
import { scanElements } from "../../export/json-elements.ts";
import { formatMatcher, type LabelMatcher } from "../../export/label-matcher.ts";
import { openJson, type HttpSource } from "../http.ts";
import { explainPrometheus } from "./refusal.ts";
import { PARTIAL, WHOLE_ANSWER } from "./whole-answer.ts";

/** Of which series a label's values are asked. */
export interface LabelRequest {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly matchers: readonly LabelMatcher[];
}

/** A list of values may be so large: 100,000 names of nodes. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Values that a label has in a time.
 * @throws TransientError when the server does not say
 */
export async function readLabelValues(
  source: HttpSource,
  label: string,
  request: LabelRequest,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const what = `the values of label "${label}"`;
  const present: LabelMatcher = { label, op: "!=", value: "" };
  const query = new URLSearchParams({
    start: String(request.startSeconds),
    end: String(request.endSeconds),
    ...WHOLE_ANSWER,
    "match[]": `{${[present, ...request.matchers].map(formatMatcher).join(",")}}`,
  });
  const path = `/api/v1/label/${label}/values`;
  const explain = explainPrometheus(what, source.base.href);
  const answer = scanElements(await openJson(source, { path, query, what }, explain, signal), {
    maxFrameBytes: MAX_BYTES,
  });
  for await (const _element of answer.elements); // it holds none, the frame is all of it
  const { data, isPartial } = (answer.frame() ?? {}) as {
    readonly data?: unknown;
    readonly isPartial?: unknown;
  };
  const isWhole = isPartial !== true;
  if (isWhole && Array.isArray(data)) return data.filter((value) => typeof value === "string");
  const reason = isWhole ? "it is no list" : PARTIAL;
  throw new TransientError(`The answer of Prometheus to ${what} cannot be read: ${reason}`);
}
