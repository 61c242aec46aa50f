import { allocation as dataset } from "../../contract/datasets/allocation.ts";
import type { CellValue, Column, Row } from "../../contract/datasets/column.ts";
import type { Hour } from "../../contract/hours.ts";
import { preciseCosts, type PreciseCosts } from "./allocation-costs.ts";
import { fieldAt, fieldReader, type Allocation } from "./allocation-fields.ts";
import type { AllocationLookups } from "./allocation-lookups.ts";
import { rowKind, type RowKind } from "./allocation-trust.ts";
import type { LabelPart } from "./labels/label-filter.ts";

/** What all rows of an hour share. */
export interface AllocationRun {
  readonly hour: Hour;
  readonly clusterArn: string;
  readonly currency: string;
  readonly lookups: AllocationLookups;
  /** What of a row's labels or annotations is exported, as text. Their keys are as OpenCost spells them. */
  readonly readLabels: (part: LabelPart, values: Readonly<Record<string, unknown>>) => string;
}

/** One allocation, with what was worked out about it. */
interface RowContext {
  readonly run: AllocationRun;
  readonly allocation: Allocation;
  readonly kind: RowKind;
  readonly costs: PreciseCosts;
}

/** A row of the dataset, and what a summary counts of it. */
export interface BuiltRow {
  readonly row: Row;
  readonly kind: RowKind;
  readonly costs: PreciseCosts;
}

type ReadCell = (context: RowContext) => CellValue;

const DERIVED: Readonly<Record<string, ReadCell>> = {
  row_kind: (context) => context.kind,
  pod_uid: podUid,
  cpu_cost_precise: (context) => context.costs.cpu.cost,
  gpu_cost_precise: (context) => context.costs.gpu.cost,
  ram_cost_precise: (context) => context.costs.ram.cost,
  load_balancer_cost_precise: (context) => context.costs.loadBalancer.cost,
  pv_cost_precise: (context) => context.costs.pv.cost,
  total_cost_precise: (context) => context.costs.total,
  currency: (context) => context.run.currency,
  price_source: () => "opencost",
};

function podUid(context: RowContext): string | null {
  if (context.kind !== "workload") return null;
  const { allocation, run } = context;
  const namespace = String(fieldAt(allocation, ["properties", "namespace"]) ?? "");
  const pod = String(fieldAt(allocation, ["properties", "pod"]) ?? "");
  return run.lookups.uids.only(namespace, pod) ?? null;
}

function cellReader(column: Column): ReadCell {
  const { source } = column;
  switch (source.from) {
    case "run":
      return source.value === "hour_start"
        ? (context) => context.run.hour * 1000
        : (context) => context.run.clusterArn;
    case "opencost": {
      const part = LABEL_FIELDS[source.field];
      if (part) return labelReader(source.field, part);
      const read = fieldReader(column);
      return (context) => read(context.allocation);
    }
    case "derived": {
      const derive = DERIVED[column.name];
      if (!derive) throw new Error(`nothing derives the column "${column.name}"`);
      return derive;
    }
    case "prometheus":
    case "object":
      throw new Error(`the column "${column.name}" of an allocation cannot come from ${column.source.from}`);
  }
}

/** Fields that the lists of allowed and denied keys hold for. */
const LABEL_FIELDS: Readonly<Record<string, LabelPart>> = {
  "properties.labels": "labels",
  "properties.namespaceLabels": "labels",
  "properties.annotations": "annotations",
  "properties.namespaceAnnotations": "annotations",
};

function labelReader(field: string, part: LabelPart): ReadCell {
  const path = field.split(".");
  return ({ allocation, run }) => {
    const values = fieldAt(allocation, path);
    if (values === undefined || values === null) return null;
    if (typeof values !== "object") {
      throw new Error(`OpenCost's "${field}" is ${JSON.stringify(values)?.slice(0, 60)}, expected an object`);
    }
    const text = run.readLabels(part, values as Readonly<Record<string, unknown>>);
    return text === "{}" ? null : text;
  };
}

const CELLS: readonly { readonly name: string; readonly read: ReadCell }[] = dataset.columns.map(
  (column) => ({
    name: column.name,
    read: cellReader(column),
  }),
);

/** Builds the row of one allocation. @throws Error naming a field of an unexpected type */
export function buildAllocationRow(allocation: Allocation, run: AllocationRun): BuiltRow {
  const kind = rowKind(allocation);
  const costs = preciseCosts(allocation, run.lookups.prices);
  const context = { run, allocation, kind, costs };
  const row: Row = {};
  for (const { name, read } of CELLS) row[name] = read(context);
  return { row, kind, costs };
}
