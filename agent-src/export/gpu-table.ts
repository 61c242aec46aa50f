import type { CellValue } from "../../contract/datasets/column.ts";
import { gpu as dataset } from "../../contract/datasets/gpu.ts";
import type { InstantSample, Labels } from "../adapters/prometheus/sample.ts";
import { entityColumns } from "./entity-columns.ts";
import { createCellStore } from "./fold.ts";
import { label } from "./queries.ts";

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

/** All GPUs of an hour while their series come in. */
export interface GpuTable {
  /** Folds a series into the columns that its query feeds. @returns false when it names no GPU */
  take(queryId: string, sample: InstantSample): boolean;
  /** The value of a column that is filled from series; null when nothing came in. */
  cell(entry: GpuEntry, columnName: string): CellValue;
  /** Nodes that the series of a GPU name, by their labels node and Hostname. */
  nodeOf(entry: GpuEntry): { readonly node: string; readonly hostname: string };
  /** In the order of the key, by code units. */
  entries(): GpuEntry[];
}

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
    for (const column of columns.of(queryId)) {
      if (column.label !== undefined) cells.foldText(row, column.index, label(labels, column.label));
      else cells.foldNumber(row, column.index, fold, value, 1);
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
      fill(queryId, entryOf(entries, { ...device, ...workloadOf(labels, isRenamed) }).row, sample);
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
    entries: () => [...entries.values()].sort(compareEntries),
  };
}

function deviceOf(labels: Labels): Omit<GpuEntry, "row"> {
  return { uuid: label(labels, "UUID"), migId: label(labels, "GPU_I_ID"), ...NO_WORKLOAD };
}

function workloadOf(labels: Labels, isRenamed: boolean): typeof NO_WORKLOAD {
  const own = (name: string): string => label(labels, isRenamed ? `exported_${name}` : name);
  return { namespace: own("namespace"), pod: own("pod"), container: own("container") };
}

function compareEntries(a: GpuEntry, b: GpuEntry): number {
  for (const name of ORDER) if (a[name] !== b[name]) return a[name] < b[name] ? -1 : 1;
  return 0;
}
