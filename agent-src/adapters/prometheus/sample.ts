/** Label names and values of a series, as Prometheus sent them. */
export type Labels = Readonly<Record<string, string>>;

/** One series of an instant query. */
export interface InstantSample {
  readonly labels: Labels;
  /** NaN and the infinities are values here, not errors. */
  readonly value: number;
}

/**
 * One series of a range query, or the samples of a range selector; both arrays have the same length. They may be parts
 * of memory that other series share.
 */
export interface SampleSeries {
  readonly labels: Labels;
  /** Epoch seconds, as sent: fractions are milliseconds. */
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
}

/**
 * A sample's value from its text. `Number("+Inf")` is NaN in JavaScript, so the special values are mapped by name.
 * @throws Error when the text is no number
 */
export function parseSampleValue(text: unknown): number {
  switch (text) {
    case "NaN":
      return NaN;
    case "+Inf":
    case "Inf":
      return Infinity;
    case "-Inf":
      return -Infinity;
  }
  const value = typeof text === "string" && text !== "" ? Number(text) : NaN;
  if (Number.isNaN(value)) throw new Error(`sample value ${JSON.stringify(text)} is not a number`);
  return value;
}

/**
 * Reads one element of an instant vector: `{"metric":{…},"value":[1795347029,"1"]}`; undefined for a native histogram.
 * @throws Error when it is something else
 */
export function parseInstantSample(element: unknown): InstantSample | undefined {
  const series = readSeries(element, "value", "histogram");
  return series && { labels: series.metric, value: parseSampleValue(series.value[1]) };
}

/**
 * Reads one element of a range matrix: `{"metric":{…},"values":[[1795347029,"1"],…]}`; undefined when it has native
 * histograms only. Of a series that has both, the floats.
 * @throws Error when it is something else
 */
export function parseSampleSeries(element: unknown): SampleSeries | undefined {
  const series = readSeries(element, "values", "histograms");
  if (!series) return undefined;
  const { metric, value: pairs } = series;
  const timestamps = new Float64Array(pairs.length);
  const values = new Float64Array(pairs.length);
  for (const [at, pair] of pairs.entries()) {
    if (!Array.isArray(pair)) throw new Error("a point of the series is not a pair of time and value");
    timestamps[at] = Number(pair[0]);
    values[at] = parseSampleValue(pair[1]);
  }
  return { labels: metric, timestamps, values };
}

function readSeries(
  element: unknown,
  field: "value" | "values",
  histogram: "histogram" | "histograms",
): { readonly metric: Labels; readonly value: readonly unknown[] } | undefined {
  const series = element as Readonly<Record<string, unknown>> | null;
  const metric = series?.["metric"];
  const value = series?.[field];
  if (typeof metric !== "object" || metric === null || !(Array.isArray(value) || series?.[histogram])) {
    throw new Error(`no series where "metric" and "${field}" were expected`);
  }
  return Array.isArray(value) ? { metric: metric as Labels, value } : undefined;
}
