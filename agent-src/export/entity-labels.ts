import type { Dataset } from "../../contract/datasets/column.ts";
import type { LabelCells, ObjectRef } from "./labels/object-labels.ts";

/** Kinds of objects whose labels the rows of a dataset show. */
export function labelKinds(dataset: Dataset): readonly string[] {
  const kind = kindOf(dataset);
  return kind === undefined ? [] : [kind];
}

/** The object of a row. Its namespace, name and UID are in the key. */
export function objectOf(dataset: Dataset, key: readonly string[]): ObjectRef {
  const part = (column: string): string | undefined => key[dataset.key.indexOf(column)];
  const [uid, namespace] = [part("pod_uid"), part("namespace")];
  const kind = kindOf(dataset) ?? "";
  const name = (kind === "Pod" ? part("pod") : key.at(-1)) ?? "";
  return {
    kind,
    namespace: kind === "Namespace" ? "" : (namespace ?? ""),
    name,
    ...(uid === undefined ? {} : { uid }),
  };
}

function kindOf(dataset: Dataset): string | undefined {
  for (const { source } of dataset.columns) if (source.from === "object") return source.kind;
  return undefined;
}

/** The value of the first of these labels, each in its own spelling or in that of kube-state-metrics. */
export function labelValue({ labels, labels_source }: LabelCells, keys: readonly string[]): string | null {
  if (labels === null) return null;
  const known = JSON.parse(labels) as Readonly<Record<string, string>>;
  for (const key of keys) {
    const value = known[labels_source === "kubernetes" ? key : sanitised(key)];
    if (value !== undefined && value !== "") return value;
  }
  return null;
}

/** As kube-state-metrics does: `eks.amazonaws.com/capacityType` becomes `eks_amazonaws_com_capacity_type`. */
function sanitised(key: string): string {
  return key
    .replaceAll(/[^a-zA-Z0-9_]/g, "_")
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase();
}
