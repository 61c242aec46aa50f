import type { CellValue, Column, Row } from "../../contract/datasets/column.ts";
import { container as dataset } from "../../contract/datasets/container.ts";
import type { Hour } from "../../contract/hours.ts";
import type { ContainerEntry, ContainerTable } from "./container-table.ts";

/** What all rows of an hour share. */
export interface ContainerRun {
  readonly hour: Hour;
  readonly clusterArn: string;
  readonly table: ContainerTable;
  /** Node of a pod, by kube_pod_info; "" when not known. */
  readonly nodeOf: (entry: ContainerEntry) => string;
  /** Whether kube-state-metrics knows the pod. */
  readonly isKnownPod: (entry: ContainerEntry) => boolean;
}

type ReadCell = (entry: ContainerEntry, run: ContainerRun) => CellValue;

const DERIVED: Readonly<Record<string, ReadCell>> = {
  namespace: (entry) => entry.namespace,
  pod: (entry) => entry.pod,
  pod_uid: (entry) => entry.uid,
  pod_uid_source: (entry) => entry.uidSource,
  container: (entry) => entry.container,
  container_kind: containerKind,
  node: (entry, run) => run.nodeOf(entry) || entry.node || null,
  cpu_usage_cores_avg: averageCores,
};

/** An ephemeral container is in no list that kube-state-metrics reports, while its pod is. */
function containerKind(entry: ContainerEntry, run: ContainerRun): string | null {
  if (entry.init) return "init";
  if (entry.reported) return "app";
  return run.isKnownPod(entry) ? "ephemeral" : null;
}

function averageCores(entry: ContainerEntry, run: ContainerRun): number | null {
  const coreSeconds = run.table.cell(entry, "cpu_usage_core_seconds");
  const seconds = run.table.cell(entry, "observed_seconds");
  return typeof coreSeconds === "number" && typeof seconds === "number" && seconds > 0
    ? coreSeconds / seconds
    : null;
}

function cellReader(column: Column): ReadCell {
  switch (column.source.from) {
    case "run":
      return column.source.value === "hour_start" ? (_, run) => run.hour * 1000 : (_, run) => run.clusterArn;
    case "prometheus":
      return (entry, run) => run.table.cell(entry, column.name);
    case "derived": {
      const derive = DERIVED[column.name];
      if (!derive) throw new Error(`nothing derives the column "${column.name}"`);
      return derive;
    }
    case "opencost":
    case "object":
      throw new Error(`the column "${column.name}" of a container cannot come from ${column.source.from}`);
  }
}

const CELLS: readonly { readonly name: string; readonly read: ReadCell }[] = dataset.columns.map(
  (column) => ({
    name: column.name,
    read: cellReader(column),
  }),
);

/** Builds the row of one container. */
export function buildContainerRow(entry: ContainerEntry, run: ContainerRun): Row {
  const row: Row = {};
  for (const { name, read } of CELLS) row[name] = read(entry, run);
  return row;
}

/** Whether an entry is a row: something of it ran in the hour. Pods that wait or have ended stay out. */
export function wasActive(table: ContainerTable, entry: ContainerEntry): boolean {
  return entry.seenByCadvisor || hasRun(table, entry) || Number(table.cell(entry, "restarts")) > 0;
}

/** Whether kube-state-metrics says that the container ran. */
export function hasRun(table: ContainerTable, entry: ContainerEntry): boolean {
  return Number(table.cell(entry, "running_seconds")) > 0;
}

/** Order of the dataset's key, without a locale: the same rows are the same file everywhere. */
export function compareEntries(a: ContainerEntry, b: ContainerEntry): number {
  return (
    compareText(a.namespace, b.namespace) ||
    compareText(a.pod, b.pod) ||
    compareText(a.uid ?? "", b.uid ?? "") ||
    compareText(a.container, b.container)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
