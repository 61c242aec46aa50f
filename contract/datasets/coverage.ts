import type { Column, Dataset, PrometheusQuery } from "./column.ts";

/**
 * Where the values of a metric are: `dataset.column` for each column that a query of the metric fills, the dataset's
 * name alone where its rows are the metric's samples. Found in the dictionary, so that it cannot say what is not there.
 */
export function columnsOfMetric(metric: string, datasets: readonly Dataset[]): string[] {
  return datasets.flatMap((dataset) => {
    const queries = dataset.queries.filter(({ metrics }) => metrics.includes(metric));
    if (queries.some(({ fold }) => fold === "none")) return [dataset.name];
    return dataset.columns
      .filter((column) => queries.some((query) => fills(query, column)))
      .map(({ name }) => `${dataset.name}.${name}`);
  });
}

function fills({ id }: PrometheusQuery, { source }: Column): boolean {
  switch (source.from) {
    case "prometheus":
      return source.query === id || (source.alsoQueries?.includes(id) ?? false);
    case "object":
      return source.query === id;
    default:
      return false;
  }
}
