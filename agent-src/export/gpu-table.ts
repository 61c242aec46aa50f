import type { CellValue } from "../../contract/datasets/column.ts";
import { gpu as dataset } from "../../contract/datasets/gpu.ts";
import type { InstantSample, Labels } from "../adapters/prometheus/sample.ts";
import { entityColumns } from "./entity-columns.ts";
import { createCellStore } from "./fold.ts";
import { label } from "./queries.ts";
import { namesGpuExporter, WORKLOAD_LABELS } from "./workload-labels.ts";

/** A GPU or MIG instance, or one of them with a workload; "" where there is none. */
export interface GpuEntry {
  readonly uuid: string;
  readonly migId: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Its row in the store. */
  readonly row: number;
}

interface PodName {
  readonly namespace: string;
  readonly pod: string;
}

/** All GPUs of an hour while their series come in. */
export interface GpuTable {
  /**
   * Folds a series into the columns that its query feeds. The scrapes come first, as they are the weights of means.
   * @returns false when it names no GPU
   */
  take(queryId: string, sample: InstantSample): boolean;
  /** The value of a column that is filled from series; null when nothing came in. */
  cell(entry: GpuEntry, columnName: string): CellValue;
  /** Nodes that the series of a GPU name, by their labels node and Hostname. */
  nodeOf(entry: GpuEntry): { readonly node: string; readonly hostname: string };
  /** The pod of the exporter that told of the GPU, which runs on its node, where the scrape's labels name it. */
  exporterOf(entry: GpuEntry): PodName | undefined;
  /** In the order of the key, by code units. */
  entries(): GpuEntry[];
}

/** How often each series was scraped: the weights of means. */
export const SCRAPES_QUERY = "sample_count";

const INFO = "info";
const NO_WORKLOAD = { namespace: "", pod: "", container: "" };
const ORDER = ["uuid", "migId", "namespace", "pod", "container"] as const;

/**
 * Starts without any GPU. `isRenamed` says that the scrape keeps the exporter's own labels as `exported_…`: namespace,
 * pod and container are the exporter's then.
 */
export function createGpuTable(isRenamed: boolean): GpuTable {
  const columns = entityColumns(dataset);
  const cells = createCellStore(columns.byName.size);
  const folds = new Map(dataset.queries.map(({ id, fold }) => [id, fold]));
  const entries = new Map<string, GpuEntry>();
  /** What the GPU itself is, without a workload: rows of their own, which every row of the GPU shows. */
  const devices = new Map<string, GpuEntry>();
  const nodes = new Map<GpuEntry, { node: string; hostname: string }>();
  /** By UUID. */
  const exporters = new Map<string, PodName>();
  /** By series: an idle GPU whose exporter was replaced has one for each of its exporter's pods. */
  const scrapes = new Map<string, number>();

  const keyOf = (parts: Omit<GpuEntry, "row">): string => ORDER.map((name) => parts[name]).join("\u0000");
  const deviceEntry = ({ uuid, migId }: GpuEntry): GpuEntry | undefined =>
    devices.get(keyOf({ uuid, migId, ...NO_WORKLOAD }));

  function entryOf(of: Map<string, GpuEntry>, parts: Omit<GpuEntry, "row">): GpuEntry {
    const key = keyOf(parts);
    const known = of.get(key);
    if (known) return known;
    const made = { ...parts, row: cells.addRow() };
    of.set(key, made);
    return made;
  }

  function fill(queryId: string, row: number, { labels, value }: InstantSample): void {
    const fold = folds.get(queryId) ?? "max";
    const weight = scrapes.get(seriesKey(labels)) ?? 1;
    for (const column of columns.of(queryId)) {
      if (column.label !== undefined) cells.foldText(row, column.index, label(labels, column.label));
      else cells.foldNumber(row, column.index, fold, value, weight);
    }
  }

  return {
    take(queryId, sample) {
      const { labels } = sample;
      const device = deviceOf(labels);
      if (device.uuid === "") return false;
      if (queryId === INFO) {
        const known = entryOf(devices, device);
        nodes.set(known, { node: label(labels, "node"), hostname: label(labels, "Hostname") });
        fill(queryId, known.row, sample);
        return true;
      }
      if (queryId === SCRAPES_QUERY) scrapes.set(seriesKey(labels), sample.value);
      const isTargets = isRenamed || namesGpuExporter(labels);
      if (isTargets) exporters.set(device.uuid, workloadOf(labels, ""));
      const workload = workloadOf(labels, isTargets ? "exported_" : "");
      fill(queryId, entryOf(entries, { ...device, ...workload }).row, sample);
      return true;
    },
    cell(entry, columnName) {
      const column = columns.byName.get(columnName);
      if (!column) throw new Error(`the column "${columnName}" is not filled from series`);
      const of = column.label === undefined ? entry : deviceEntry(entry);
      return of ? cells.read(of.row, column.index, column.column.type, column.fold) : null;
    },
    nodeOf(entry) {
      const device = deviceEntry(entry);
      return (device && nodes.get(device)) ?? { node: "", hostname: "" };
    },
    exporterOf: ({ uuid }) => exporters.get(uuid),
    entries: () => [...entries.values()].sort(compareEntries),
  };
}

function deviceOf(labels: Labels): Omit<GpuEntry, "row"> {
  return { uuid: label(labels, "UUID"), migId: label(labels, "GPU_I_ID"), ...NO_WORKLOAD };
}

function workloadOf(labels: Labels, prefix: "" | "exported_"): typeof NO_WORKLOAD {
  const own = (name: string): string => label(labels, `${prefix}${name}`);
  return { namespace: own("namespace"), pod: own("pod"), container: own("container") };
}

/** The same for a series in the answer to every query by GPU and workload. */
function seriesKey(labels: Labels): string {
  const workload = WORKLOAD_LABELS.flatMap((name) => [name, `exported_${name}`]);
  return ["UUID", "GPU_I_ID", ...workload].map((name) => label(labels, name)).join("\u0000");
}

function compareEntries(a: GpuEntry, b: GpuEntry): number {
  for (const name of ORDER) if (a[name] !== b[name]) return a[name] < b[name] ? -1 : 1;
  return 0;
}
