import type { Dataset } from "../../../contract/datasets/column.ts";
import type { Hour } from "../../../contract/hours.ts";
import { containerKey } from "../cross-check/cluster-hour.ts";
import type { AnsweredRow } from "../cross-check/compare.ts";
import { readManifest } from "../ledger.ts";
import { readRowGroups } from "../parquet-read.ts";
import type { Sink } from "../sink.ts";
import { addExported, COST_COLUMNS, emptySums, type CostSums } from "./cost-sums.ts";

/** A dataset of an hour, as it was exported. */
export interface ExportedSubject {
  readonly sink: Sink;
  readonly clusterArn: string;
  readonly dataset: Dataset;
  readonly hour: Hour;
}

type Cells = Readonly<Record<string, unknown>>;

/**
 * Some columns of a committed hour's rows; no rows where it was committed without any.
 * @throws Error when the file cannot be read
 */
async function* readRows(subject: ExportedSubject, columns: readonly string[]): AsyncGenerator<Cells> {
  const stored = await readManifest(subject.sink, subject);
  const key = stored?.manifest?.object?.key;
  const bytes = key === undefined ? undefined : await subject.sink.read(key);
  if (!bytes) return;
  for await (const { rows } of readRowGroups(bytes, new Set(columns))) yield* rows;
}

/** The costs of an hour's allocations, row by row and added up. */
export interface ExportedCosts {
  readonly rows: readonly AnsweredRow[];
  readonly sums: CostSums;
}

const KEY_COLUMNS = ["row_kind", "namespace", "pod", "container"] as const;

/** Reads the dataset `allocation`. */
export async function readCosts(subject: ExportedSubject): Promise<ExportedCosts> {
  const rows: AnsweredRow[] = [];
  const sums = emptySums();
  for await (const row of readRows(subject, [...KEY_COLUMNS, ...COST_COLUMNS])) {
    addExported(sums, row);
    rows.push({
      kind: text(row, "row_kind") as AnsweredRow["kind"],
      namespace: text(row, "namespace"),
      pod: text(row, "pod"),
      container: text(row, "container"),
      cpu: amount(row, "cpu_cost"),
      memory: amount(row, "ram_cost"),
      gpu: amount(row, "gpu_cost"),
      volumes: amount(row, "pv_cost"),
      total: amount(row, "total_cost"),
    });
  }
  return { rows, sums };
}

/** Keys of the containers in the dataset `container`, without the UID: a name that was used twice is one. */
export async function readContainers(subject: ExportedSubject): Promise<Set<string>> {
  const keys = new Set<string>();
  for await (const row of readRows(subject, ["namespace", "pod", "container"]))
    keys.add(containerKey(text(row, "namespace"), text(row, "pod"), text(row, "container")));
  return keys;
}

/** UUIDs in the dataset `gpu`. */
export async function readGpus(subject: ExportedSubject): Promise<Set<string>> {
  const uuids = new Set<string>();
  for await (const row of readRows(subject, ["gpu_uuid"])) uuids.add(text(row, "gpu_uuid"));
  return uuids;
}

function text(row: Cells, name: string): string {
  const value = row[name];
  return typeof value === "string" ? value : "";
}

function amount(row: Cells, name: string): number {
  const value = row[name];
  return typeof value === "number" ? value : 0;
}
