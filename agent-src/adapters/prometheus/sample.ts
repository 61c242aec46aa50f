/** Label names and values of a series, as Prometheus sent them. */
export type Labels = Readonly<Record<string, string>>;

/** One series of an instant query. */
export interface InstantSample {
  readonly labels: Labels;
  /** NaN and the infinities are values here, not errors. */
  readonly value: number;
}

/** One series of a range query; both arrays have the same length. */
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
 * Reads one element of an instant vector: `{"metric":{…},"value":[1795347029,"1"]}`.
 * @throws Error when it is something else, such as a native histogram
 */
export function parseInstantSample(element: unknown): InstantSample {
  const { metric, value } = readSeries(element, "value");
  return { labels: metric, value: parseSampleValue(value[1]) };
}

/**
 * Reads one element of a range matrix: `{"metric":{…},"values":[[1795347029,"1"],…]}`.
 * @throws Error when it is something else, such as a native histogram
 */
export function parseSampleSeries(element: unknown): SampleSeries {
  const { metric, value: pairs } = readSeries(element, "values");
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
): { readonly metric: Labels; readonly value: readonly unknown[] } {
  const series = element as Readonly<Record<string, unknown>> | null;
  const metric = series?.["metric"];
  const value = series?.[field];
  if (typeof metric !== "object" || metric === null || !Array.isArray(value)) {
    const what =
      series && ("histogram" in series || "histograms" in series) ? "a native histogram" : "no series";
    throw new Error(`${what} where "metric" and "${field}" were expected`);
  }
  return { metric: metric as Labels, value };
}
