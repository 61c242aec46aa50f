import type { Column, Dataset, Fold } from "../../contract/datasets/column.ts";

/** A column that is filled from series, with its place in the store. */
export interface EntityColumn {
  readonly column: Column;
  readonly index: number;
  readonly fold: Fold;
  readonly where: readonly (readonly [string, string])[];
  readonly label: string | undefined;
  /** 0 where the object exists and only others have a series. */
  readonly absent: 0 | null;
}

/** Which columns each query of a dataset fills. */
export interface EntityColumns {
  /** By name; labels that queries keep for derived columns are here, too, under {@link keptName}. */
  readonly byName: ReadonlyMap<string, EntityColumn>;
  of(queryId: string): readonly EntityColumn[];
}

/**
 * The columns of a dataset that are filled from series.
 * @throws Error when a column names a query that the dataset does not have
 */
export function entityColumns(dataset: Dataset): EntityColumns {
  const folds = new Map(dataset.queries.map(({ id, fold }) => [id, fold]));
  const byName = new Map<string, EntityColumn>();
  const byQuery = new Map<string, EntityColumn[]>();
  for (const column of dataset.columns) {
    const [first, ...rest] = queriesOf(column);
    if (first === undefined) continue;
    const fold = folds.get(first);
    if (!fold || rest.some((id) => folds.get(id) !== fold)) {
      throw new Error(`column "${column.name}" of "${dataset.name}" names a query that it does not have`);
    }
    const filled = toEntityColumn(column, byName.size, fold);
    byName.set(column.name, filled);
    for (const id of [first, ...rest]) byQuery.set(id, [...(byQuery.get(id) ?? []), filled]);
  }
  for (const { id, keeps = [] } of dataset.queries) {
    for (const label of keeps) {
      const kept = keptColumn(id, label, byName.size);
      byName.set(kept.column.name, kept);
      byQuery.set(id, [...(byQuery.get(id) ?? []), kept]);
    }
  }
  return { byName, of: (queryId) => byQuery.get(queryId) ?? [] };
}

function queriesOf({ source }: Column): readonly string[] {
  return source.from === "prometheus" ? [source.query, ...(source.alsoQueries ?? [])] : [];
}

function toEntityColumn(column: Column, index: number, fold: Fold): EntityColumn {
  const { source } = column;
  if (source.from !== "prometheus") throw new Error(`the column "${column.name}" is not filled from series`);
  const where = Object.entries(source.where ?? {});
  // A label is text, whatever becomes of the query's values.
  const own = source.label === undefined ? fold : "text";
  return { column, index, fold: own, where, label: source.label, absent: source.absent ?? null };
}

/** Under which name a label is kept that has no column. */
export function keptName(queryId: string, label: string): string {
  return `${queryId}.${label}`;
}

function keptColumn(queryId: string, label: string, index: number): EntityColumn {
  const column: Column = {
    name: keptName(queryId, label),
    type: "string",
    nullable: true,
    source: { from: "prometheus", query: queryId, label },
    meaning: "Kept for derived columns",
  };
  return { column, index, fold: "text", where: [], label, absent: null };
}

/** Queries whose series hold labels or annotations of an object, not values. */
export function labelQueries(dataset: Dataset): ReadonlySet<string> {
  const ids = dataset.columns.map(({ source }) => (source.from === "object" ? source.query : undefined));
  return new Set(ids.filter((id) => id !== undefined));
}
