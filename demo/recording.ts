import { gunzipSync, gzipSync } from "node:zlib";
import type { Hour } from "../contract/hours.ts";

/** Labels of a series, as Prometheus answered them. */
export type Labels = Readonly<Record<string, string>>;

/** What Prometheus answered to one query of the dictionary, evaluated just before the end of the hour. */
export interface RecordedAnswer {
  readonly dataset: string;
  readonly id: string;
  /** The dictionary's text with its placeholders; a query is only answered by a recording of exactly its text. */
  readonly promql: string;
  /** Label sets and values in the order of the answer. Values are text, kept as they came. */
  readonly series: readonly { readonly labels: Labels; readonly value: string }[];
}

/** One recorded hour of a Prometheus. */
export interface RecordedHour {
  readonly hour: Hour;
  /** Body of `/api/v1/status/buildinfo`. */
  readonly buildInfo: unknown;
  readonly answers: readonly RecordedAnswer[];
}

/**
 * The hour as gzipped JSON lines: a head, the distinct label sets, then one line per answer that refers to them.
 * Each label set is written once, because the UIDs in it are most of the bytes and do not compress.
 */
export function encodeRecording(recorded: RecordedHour): Uint8Array {
  const sets = new Map<string, number>();
  const lines = recorded.answers.map(({ series, ...head }) => {
    const at = series.map(({ labels }) => {
      const text = JSON.stringify(labels);
      const known = sets.get(text) ?? sets.size;
      sets.set(text, known);
      return known;
    });
    return JSON.stringify({ ...head, series: at, values: series.map(({ value }) => value) });
  });
  const head = JSON.stringify({ hour: recorded.hour, buildInfo: recorded.buildInfo });
  return gzipSync([head, `[${[...sets.keys()].join(",")}]`, ...lines, ""].join("\n"), { level: 9 });
}

/** Reads what {@link encodeRecording} wrote. */
export function decodeRecording(bytes: Uint8Array): RecordedHour {
  const [head = "", sets = "", ...lines] = gunzipSync(bytes).toString("utf8").trimEnd().split("\n");
  const labels = JSON.parse(sets) as Labels[];
  const { hour, buildInfo } = JSON.parse(head) as Pick<RecordedHour, "hour" | "buildInfo">;
  return { hour, buildInfo, answers: lines.map((line) => decodeAnswer(line, labels)) };
}

function decodeAnswer(line: string, labels: readonly Labels[]): RecordedAnswer {
  const { series, values, ...head } = JSON.parse(line) as Omit<RecordedAnswer, "series"> & {
    readonly series: readonly number[];
    readonly values: readonly string[];
  };
  return {
    ...head,
    series: series.map((at, index) => ({ labels: labels[at] ?? {}, value: values[index] ?? "" })),
  };
}
