import { startSource, sendJson, type FakeSource } from "./http-source.ts";

/** A series of a {@link startLimitedPrometheus}. */
export interface LimitedSeries {
  readonly labels: Readonly<Record<string, string>>;
  /** Epoch milliseconds of its samples; the value of each is its place. */
  readonly times: readonly number[];
}

/** What a server refuses. */
export interface Limits {
  /** More samples than these, in one answer. */
  readonly maxSamples: number;
  /** The refusal of Prometheus. @default 422, too many samples */
  readonly refusal?: { readonly status: number; readonly body: unknown };
  /** Whether a range counts the sample at its very first instant in, as Prometheus 2 does. */
  readonly isClosed?: boolean;
}

/** What Prometheus 2.42 and 3.5 say, as captured. */
export const TOO_MANY = {
  status: 422,
  body: {
    status: "error",
    errorType: "execution",
    error: "query processing would load too many samples into memory in query execution",
  },
};

/**
 * A Prometheus that knows one metric: it answers a range selector with the samples, anything else with how many each
 * series has in the hour before, and refuses what would load too many.
 */
export function startLimitedPrometheus(
  series: readonly LimitedSeries[],
  { maxSamples, refusal = TOO_MANY, isClosed = false }: Limits,
): Promise<FakeSource> {
  return startSource(({ path, params }, response) => {
    const label = /^\/api\/v1\/label\/(\w+)\/values$/.exec(path)?.[1];
    if (label !== undefined) {
      const values = series.flatMap(({ labels }) => labels[label] ?? []);
      return sendJson(response, 200, { status: "success", data: [...new Set(values)].sort() });
    }
    const { query = "", time = "" } = params;
    const end = Math.round(Number(time) * 1000);
    const start = end - rangeMinutes(query) * 60_000;
    const found = series
      .filter(({ labels }) => matchersIn(query).every((matches) => matches(labels)))
      .map(({ labels, times }) => ({
        labels,
        times: times.filter((at) => (at > start || (isClosed && at === start)) && at <= end),
      }))
      .filter(({ times }) => times.length > 0);
    const samples = found.reduce((sum, { times }) => sum + times.length, 0);
    if (samples > maxSamples) return sendJson(response, refusal.status, refusal.body);
    sendJson(response, 200, { status: "success", data: dataOf(query, found, end) });
  });
}

function dataOf(query: string, found: readonly LimitedSeries[], end: number): unknown {
  if (/\]$/.test(query)) {
    const values = (times: readonly number[]): unknown[] => times.map((at, place) => [at / 1000, `${place}`]);
    const result = found.map(({ labels, times }) => ({ metric: labels, values: values(times) }));
    return { resultType: "matrix", result };
  }
  const result = found.map(({ labels, times }) => ({
    metric: labels,
    value: [end / 1000, `${times.length}`],
  }));
  return { resultType: "vector", result };
}

function rangeMinutes(query: string): number {
  const [, count = "", unit] = /\[(\d+)([hm])\]/.exec(query) ?? [];
  return Number(count) * (unit === "h" ? 60 : 1);
}

type Matches = (labels: LimitedSeries["labels"]) => boolean;

/** The matchers of a query's selector, anchored and of a missing label as of an empty one, as Prometheus has them. */
function matchersIn(query: string): Matches[] {
  const list = /\{(.*?)\}[[)]/.exec(query)?.[1] ?? "";
  return [...list.matchAll(/(\w+)(=~|!~|!=|=)("(?:[^"\\]|\\.)*")/g)].map(
    ([, name = "", op = "", text = ""]) => {
      const wanted = JSON.parse(text) as string;
      const regex = new RegExp(`^(?:${wanted})$`);
      return (labels) => {
        const value = labels[name] ?? "";
        const isMatch = op.endsWith("~") ? regex.test(value) : value === wanted;
        return op.startsWith("!") ? !isMatch : isMatch;
      };
    },
  );
}
