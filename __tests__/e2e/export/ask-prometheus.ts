/** A series of an instant answer. Values are epoch seconds and numbers; one of a vector, all of a range. */
export interface AskedSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [number, number])[];
}

interface Answer {
  readonly data: {
    readonly result: readonly {
      readonly metric: Record<string, string>;
      readonly value?: readonly [number, string];
      readonly values?: readonly (readonly [number, string])[];
    }[];
  };
}

/** Asks Prometheus for an instant, without the agent's client. @throws Error with the query and the answer */
export function askInstant(url: string, query: string, time: number): Promise<AskedSeries[]> {
  return ask(url, "query", { query, time: String(time) });
}

/** Asks Prometheus once a minute from `start` to `end`, both included. @throws Error with the query and the answer */
export function askEachMinute(
  url: string,
  query: string,
  start: number,
  end: number,
): Promise<AskedSeries[]> {
  return ask(url, "query_range", { query, start: String(start), end: String(end), step: "60" });
}

async function ask(url: string, path: string, parameters: Record<string, string>): Promise<AskedSeries[]> {
  const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
  const text = await response.text();
  if (!response.ok)
    throw new Error(`Prometheus answered "${response.status}" to "${parameters["query"]}": ${text}`);
  const { data } = JSON.parse(text) as Answer;
  return data.result.map(({ metric, value, values }) => ({
    labels: metric,
    values: (values ?? (value ? [value] : [])).map(([at, number]) => [at, Number(number)] as const),
  }));
}
