import type { CellValue, Dataset, PrometheusQuery, RowPart } from "../../contract/datasets/column.ts";
import type { InstantSample, Labels } from "../adapters/prometheus/sample.ts";
import { uidFromCgroup } from "./cgroup-uid.ts";
import { entityColumns, type EntityColumn } from "./entity-columns.ts";
import { createCellStore } from "./fold.ts";
import { createPodUids } from "./pod-uids.ts";
import { label } from "./queries.ts";

/** Between the parts of a key in one text. It sorts before all others, so that texts sort as their parts do. */
const SEPARATOR = "\u0000";

/** One object of an hour, and its row in the store. */
export class Entity {
  /** The parts of its key in one text: several hundred bytes less than a text for each. */
  readonly id: string;
  readonly row: number;

  constructor(id: string, row: number) {
    this.id = id;
    this.row = row;
  }

  /** The values of its key's columns, in the key's order. */
  get key(): readonly string[] {
    return this.id.split(SEPARATOR);
  }
}

/** All objects of a dataset-hour: accumulators only, never whole answers. */
export interface EntityTable {
  /** Folds a series into the row it belongs to; made when it is the first, unless the query only decorates. */
  take(query: PrometheusQuery, sample: InstantSample): void;
  /** The object that a series is about; undefined where there is no row for it. */
  find(query: PrometheusQuery, labels: Labels): Entity | undefined;
  /** The value of a column that is filled from series; null when nothing came in. */
  cell(entity: Entity, columnName: string): CellValue;
  /** In the order of the key, by code units: the same rows are the same file everywhere. */
  entities(): Entity[];
  /** Series that belong to no object, by query. */
  readonly strays: ReadonlyMap<string, number>;
}

/** Starts without any object. */
export function createEntityTable(dataset: Dataset): EntityTable {
  const columns = entityColumns(dataset);
  const cells = createCellStore(columns.byName.size);
  const entities = new Map<string, Entity>();
  const strays = new Map<string, number>();
  const answered = new Set<string>();
  const uids = createPodUids();

  function entityOf(query: PrometheusQuery, labels: Labels): Entity | undefined {
    const key = keyOf(dataset, query, labels, uids.only);
    const id = key?.join(SEPARATOR);
    const known = id === undefined ? undefined : entities.get(id);
    if (known || !key || id === undefined || query.decorates) return known;
    const made = new Entity(id, cells.addRow());
    entities.set(id, made);
    if (dataset.key[2] === "pod_uid") uids.add(key[0] ?? "", key[1] ?? "", key[2] ?? "");
    return made;
  }

  function fill(
    column: EntityColumn,
    row: number,
    query: PrometheusQuery,
    { labels, value }: InstantSample,
  ): void {
    if (!column.where.every(([name, wanted]) => label(labels, name) === wanted)) return;
    if (column.label !== undefined) cells.foldText(row, column.index, label(labels, column.label));
    else cells.foldNumber(row, column.index, query.fold, value, 1);
  }

  return {
    strays,
    find: entityOf,
    take(query, sample) {
      answered.add(query.id);
      const entity = entityOf(query, sample.labels);
      if (!entity) {
        strays.set(query.id, (strays.get(query.id) ?? 0) + 1);
        return;
      }
      for (const column of columns.of(query.id)) fill(column, entity.row, query, sample);
    },
    cell(entity, columnName) {
      const column = columns.byName.get(columnName);
      if (!column) throw new Error(`the column "${columnName}" is not filled from series`);
      const value = cells.read(entity.row, column.index, column.column.type, column.fold);
      if (value !== null || column.absent === null) return value;
      const { source } = column.column;
      return source.from === "prometheus" && answered.has(source.query) ? column.absent : null;
    },
    entities: () => [...entities.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

type OnlyUid = (namespace: string, pod: string) => string | undefined;

/** undefined where the series does not say which object it is about. */
function keyOf(
  dataset: Dataset,
  query: PrometheusQuery,
  labels: Labels,
  onlyUid: OnlyUid,
): readonly string[] | undefined {
  const key = dataset.key.map((name) => partOf(query.row?.[name], labels, onlyUid));
  return key.every((part) => part !== undefined && part !== "") ? (key as string[]) : undefined;
}

function partOf(part: RowPart | undefined, labels: Labels, onlyUid: OnlyUid): string | undefined {
  if (!part) return undefined;
  if ("text" in part) return part.text;
  if ("label" in part) return label(labels, part.label);
  const own = uidFromCgroup(label(labels, part.podOfCgroup));
  return own ?? onlyUid(label(labels, "namespace"), label(labels, "pod"));
}
