import type { ClosedForm } from "../history/usage.ts";

export type Labels = Readonly<Record<string, string>>;

/** A series as Prometheus would hold it: scraped each `stepSeconds` in the half-open span `[from, until)`. */
export interface HistorySeries {
  readonly labels: Labels;
  readonly from: number;
  readonly until: number;
  readonly stepSeconds: number;
  readonly value: ClosedForm;
}

/** What the stand-in reads instead of Prometheus. */
export interface History {
  /** All series of a metric; none when it was never scraped. */
  series(metric: string): readonly HistorySeries[];
}

/** One series as the generators make it: the labels are the text between the braces. */
export interface WrittenSeries {
  readonly metric: string;
  readonly labels: string;
  readonly from: number;
  readonly until: number;
  readonly value: ClosedForm;
}

const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const ESCAPES: Readonly<Record<string, string>> = { "\\\\": "\\", '\\"': '"', "\\n": "\n" };

/** Indexes series by metric; labels are parsed when a metric is first read. */
export function createHistory(written: readonly WrittenSeries[], stepSeconds: number): History {
  const byMetric = new Map<string, WrittenSeries[]>();
  for (const one of written) {
    const family = byMetric.get(one.metric);
    if (family) family.push(one);
    else byMetric.set(one.metric, [one]);
  }
  const parsed = new Map<string, readonly HistorySeries[]>();
  return {
    series(metric) {
      const known = parsed.get(metric);
      if (known) return known;
      const series = (byMetric.get(metric) ?? []).map(({ labels, from, until, value }) => ({
        labels: parseLabels(labels),
        from,
        until,
        stepSeconds,
        value,
      }));
      parsed.set(metric, series);
      return series;
    },
  };
}

/** The labels of a label text, unescaped. */
export function parseLabels(text: string): Labels {
  const labels: Record<string, string> = {};
  for (const [, name = "", value = ""] of text.matchAll(LABEL))
    labels[name] = value.replace(/\\[\\"n]/g, (escape) => ESCAPES[escape] ?? escape);
  return labels;
}
