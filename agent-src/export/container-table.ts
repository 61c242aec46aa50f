import { container as dataset } from "../../contract/datasets/container.ts";
import type { Column, Fold } from "../../contract/datasets/column.ts";
import type { Labels } from "../adapters/prometheus/sample.ts";
import { uidFromCgroup } from "./cgroup-uid.ts";
import { createCells, foldNumber, foldText, readCell, type Cells } from "./fold.ts";
import { createPodUids, type PodUids } from "./pod-uids.ts";
import { label } from "./queries.ts";

/** One container of one pod while its series come in. */
export interface ContainerEntry {
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string | null;
  readonly container: string;
  readonly cells: Cells;
  uidSource: "cadvisor" | "kube-state-metrics" | null;
  /** From the labels of its resource requests. */
  node: string;
  seenByCadvisor: boolean;
  /** Whether kube-state-metrics reports its state, as it does for the containers of a pod's main list. */
  reported: boolean;
  init: boolean;
  /** Scrapes of each of its starts, by cAdvisor's `id`: the weights of means. */
  readonly samples: Map<string, number>;
}

/** A column that is folded from series. */
export interface FoldedColumn {
  readonly column: Column;
  readonly index: number;
  readonly fold: Fold;
  readonly where: readonly (readonly [string, string])[];
  readonly label: string | undefined;
}

function foldedColumns(): Map<string, FoldedColumn[]> {
  const folds = new Map(dataset.queries.map((query) => [query.id, query.fold]));
  const byQuery = new Map<string, FoldedColumn[]>();
  let index = 0;
  for (const column of dataset.columns) {
    const { source } = column;
    if (source.from !== "prometheus") continue;
    const fold = folds.get(source.query);
    if (!fold)
      throw new Error(`column "${column.name}" names the query "${source.query}", which does not exist`);
    const folded = {
      column,
      index: index++,
      fold,
      where: Object.entries(source.where ?? {}),
      label: source.label,
    };
    byQuery.set(source.query, [...(byQuery.get(source.query) ?? []), folded]);
  }
  return byQuery;
}

const COLUMNS_BY_QUERY = foldedColumns();

/** Every folded column, by name. */
export const FOLDED_COLUMNS: ReadonlyMap<string, FoldedColumn> = new Map(
  [...COLUMNS_BY_QUERY.values()].flat().map((folded) => [folded.column.name, folded]),
);

/** Columns that a query feeds. */
export function columnsOf(queryId: string): readonly FoldedColumn[] {
  return COLUMNS_BY_QUERY.get(queryId) ?? [];
}

/** The value of a folded column in an entry; null when nothing came in. */
export function cellOf(entry: ContainerEntry, name: string): ReturnType<typeof readCell> {
  const folded = FOLDED_COLUMNS.get(name);
  if (!folded) throw new Error(`the column "${name}" is not folded from series`);
  return readCell(entry.cells, folded.index, folded.column, folded.fold);
}

/** All containers of an hour: accumulators only, never whole answers. */
export interface ContainerTable {
  readonly uids: PodUids;
  /** The entry of a series of cAdvisor's; made when it is the first. */
  fromCadvisor(labels: Labels): ContainerEntry;
  /** The entry of a series of kube-state-metrics'; made when it is the first. */
  fromKubeState(labels: Labels): ContainerEntry;
  entries(): Iterable<ContainerEntry>;
}

/** Starts without any container. */
export function createContainerTable(): ContainerTable {
  const entries = new Map<string, ContainerEntry>();
  const uids = createPodUids();
  function entryOf(
    labels: Labels,
    uid: string | null,
    uidSource: ContainerEntry["uidSource"],
  ): ContainerEntry {
    const [namespace, pod, container] = [
      label(labels, "namespace"),
      label(labels, "pod"),
      label(labels, "container"),
    ];
    const key = `${namespace}/${pod}/${uid ?? ""}/${container}`;
    const known = entries.get(key);
    if (known) {
      if (uidSource === "cadvisor") known.uidSource = uidSource;
      return known;
    }
    const cells = createCells(FOLDED_COLUMNS.size);
    const flags = { node: "", seenByCadvisor: false, reported: false, init: false };
    const entry = {
      namespace,
      pod,
      uid,
      container,
      cells,
      uidSource,
      ...flags,
      samples: new Map<string, number>(),
    };
    entries.set(key, entry);
    return entry;
  }
  return {
    uids,
    fromCadvisor(labels) {
      const own = uidFromCgroup(label(labels, "id"));
      if (own !== undefined) return entryOf(labels, own, "cadvisor");
      const only = uids.only(label(labels, "namespace"), label(labels, "pod"));
      return entryOf(labels, only ?? null, only === undefined ? null : "kube-state-metrics");
    },
    fromKubeState(labels) {
      const uid = label(labels, "uid") || null;
      return entryOf(labels, uid, uid === null ? null : "kube-state-metrics");
    },
    entries: () => entries.values(),
  };
}

/** Folds one series into the columns that its query feeds. */
export function foldSeries(entry: ContainerEntry, queryId: string, labels: Labels, value: number): void {
  const weight = entry.samples.get(label(labels, "id")) ?? 1;
  for (const folded of columnsOf(queryId)) {
    if (!folded.where.every(([name, wanted]) => label(labels, name) === wanted)) continue;
    if (folded.label !== undefined) foldText(entry.cells, folded.index, label(labels, folded.label));
    else foldNumber(entry.cells, folded.index, folded.fold, value, weight);
  }
}
