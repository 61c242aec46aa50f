import { container as dataset } from "../../contract/datasets/container.ts";
import type { CellValue, Column, Fold } from "../../contract/datasets/column.ts";
import type { Labels } from "../adapters/prometheus/sample.ts";
import { uidFromCgroup } from "./cgroup-uid.ts";
import { createCellStore } from "./fold.ts";
import { createPodUids, type PodUids } from "./pod-uids.ts";
import { label } from "./queries.ts";
import { createSharedTexts } from "./shared-texts.ts";

/** One container of one pod while its series come in. */
export interface ContainerEntry {
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string | null;
  readonly container: string;
  /** Its row in the table's store. */
  readonly row: number;
  /** Row of the series that have no cgroup `id`, where there are any. */
  bareRow: number | undefined;
  /** How often it was started, as far as it was scraped: cgroups, of which each start has its own. */
  starts: number;
  /** Scrapes of its starts: the weights of means. The one start that nearly all have is known by a hash of its `id`. */
  firstStart: number;
  firstScrapes: number;
  laterScrapes: Map<string, number> | undefined;
  uidSource: "cadvisor" | "kube-state-metrics" | null;
  /** From the labels of its resource requests. */
  node: string;
  seenByCadvisor: boolean;
  /** Whether kube-state-metrics reports its state, as it does for the containers of a pod's main list. */
  reported: boolean;
  init: boolean;
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

/** How often each start of a container was scraped. It is folded first, as it gives the weights of means. */
export const SCRAPES_QUERY = "sample_count";

const CADVISOR_QUERIES = new Set(
  dataset.queries.filter(({ promql }) => promql.includes("$cadvisor")).map(({ id }) => id),
);

const COLUMNS_BY_QUERY = foldedColumns();

/** Every folded column, by name. */
export const FOLDED_COLUMNS: ReadonlyMap<string, FoldedColumn> = new Map(
  [...COLUMNS_BY_QUERY.values()].flat().map((folded) => [folded.column.name, folded]),
);

/** Columns that a query feeds. */
export function columnsOf(queryId: string): readonly FoldedColumn[] {
  return COLUMNS_BY_QUERY.get(queryId) ?? [];
}

/** All containers of an hour: accumulators only, never whole answers. */
export interface ContainerTable {
  readonly uids: PodUids;
  /** The entry of a series of cAdvisor's; made when it is the first. */
  fromCadvisor(labels: Labels): ContainerEntry;
  /** The entry of a series of kube-state-metrics'; made when it is the first. */
  fromKubeState(labels: Labels): ContainerEntry;
  /** Folds one series into the columns that its query feeds. */
  fold(entry: ContainerEntry, queryId: string, labels: Labels, value: number): void;
  /**
   * The value of a folded column in an entry; null when nothing came in. The kubelet's /metrics/resource has some of
   * cAdvisor's metrics without `id`: such a series only counts where none with an `id` says the same.
   */
  cell(entry: ContainerEntry, columnName: string): CellValue;
  entries(): Iterable<ContainerEntry>;
}

/** Starts without any container. */
export function createContainerTable(): ContainerTable {
  /** By namespace and name of the pod: the containers of all pods that had the name. */
  const pods = new Map<string, Map<string, ContainerEntry[]>>();
  const uids = createPodUids();
  const cells = createCellStore(FOLDED_COLUMNS.size);
  const shareName = createSharedTexts();
  function namesakes(namespace: string, pod: string): ContainerEntry[] {
    let ofNamespace = pods.get(namespace);
    if (!ofNamespace) pods.set(namespace, (ofNamespace = new Map<string, ContainerEntry[]>()));
    let ofPod = ofNamespace.get(pod);
    if (!ofPod) ofNamespace.set(pod, (ofPod = []));
    return ofPod;
  }
  function entryOf(
    labels: Labels,
    uid: string | null,
    uidSource: ContainerEntry["uidSource"],
  ): ContainerEntry {
    const container = label(labels, "container");
    const ofPod = namesakes(label(labels, "namespace"), label(labels, "pod"));
    for (const known of ofPod) {
      if (known.container !== container || known.uid !== uid) continue;
      if (uidSource === "cadvisor") known.uidSource = uidSource;
      return known;
    }
    const entry: ContainerEntry = {
      // Texts that entries have in common are kept once.
      namespace: shareName(label(labels, "namespace")),
      pod: ofPod[0]?.pod ?? label(labels, "pod"),
      uid: ofPod.find((known) => known.uid === uid)?.uid ?? uid,
      container: shareName(container),
      row: cells.addRow(),
      bareRow: undefined,
      starts: 0,
      firstStart: 0,
      firstScrapes: 0,
      laterScrapes: undefined,
      uidSource,
      node: "",
      seenByCadvisor: false,
      reported: false,
      init: false,
    };
    ofPod.push(entry);
    return entry;
  }
  function rowOf(entry: ContainerEntry, queryId: string, id: string): number {
    if (id !== "" || !CADVISOR_QUERIES.has(queryId)) return entry.row;
    entry.bareRow ??= cells.addRow();
    return entry.bareRow;
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
    fold(entry, queryId, labels, value) {
      const id = label(labels, "id");
      if (queryId === SCRAPES_QUERY && id !== "") addStart(entry, id, value);
      const weight = scrapesOf(entry, id) ?? 1;
      const row = rowOf(entry, queryId, id);
      for (const folded of columnsOf(queryId)) {
        if (!folded.where.every(([name, wanted]) => label(labels, name) === wanted)) continue;
        if (folded.label !== undefined) cells.foldText(row, folded.index, label(labels, folded.label));
        else cells.foldNumber(row, folded.index, folded.fold, value, weight);
      }
    },
    cell(entry, columnName) {
      const folded = FOLDED_COLUMNS.get(columnName);
      if (!folded) throw new Error(`the column "${columnName}" is not folded from series`);
      const read = (row: number): CellValue => cells.read(row, folded.index, folded.column.type, folded.fold);
      return read(entry.row) ?? (entry.bareRow === undefined ? null : read(entry.bareRow));
    },
    *entries() {
      for (const ofNamespace of pods.values()) {
        for (const ofPod of ofNamespace.values()) {
          for (const entry of ofPod) if (!isNamesake(entry, ofPod)) yield entry;
        }
      }
    },
  };
}

/** Without a uid and beside one whose cgroup holds it: the same container by way of /metrics/resource. */
function isNamesake({ uid, reported, container }: ContainerEntry, ofPod: readonly ContainerEntry[]): boolean {
  if (uid !== null || reported) return false;
  return ofPod.some((other) => other.container === container && other.uidSource === "cadvisor");
}

function addStart(entry: ContainerEntry, id: string, scrapes: number): void {
  entry.starts++;
  if (entry.starts === 1) {
    entry.firstStart = hashOf(id);
    entry.firstScrapes = scrapes;
  } else {
    entry.laterScrapes ??= new Map<string, number>();
    entry.laterScrapes.set(id, scrapes);
  }
}

function scrapesOf(
  { starts, firstStart, firstScrapes, laterScrapes }: ContainerEntry,
  id: string,
): number | undefined {
  if (starts === 0 || id === "") return undefined;
  return laterScrapes?.get(id) ?? (hashOf(id) === firstStart ? firstScrapes : undefined);
}

/** FNV-1a, 32 bits. It only has to tell the few cgroups of one container apart, of which each is 200 characters. */
function hashOf(text: string): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return sum;
}
