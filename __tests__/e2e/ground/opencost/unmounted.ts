import { emptyAllocation, type Allocation } from "./allocation.ts";
import type { Span } from "./promql.ts";

/** The rows for what no pod uses; each is made when it is first asked for. */
export interface UnmountedRows {
  /** For volumes without a claim and balancers without pods. */
  ofCluster(): Allocation;
  /** For claims of the namespace. */
  ofNamespace(namespace: string): Allocation;
  all(): Allocation[];
}

/** No rows yet. */
export function createUnmountedRows(window: Span, cluster: string): UnmountedRows {
  const rows = new Map<string, Allocation>();
  const rowOf = (namespace: string, pod: string): Allocation => {
    const properties = { cluster, container: "__unmounted__", namespace, pod };
    const row = rows.get(namespace) ?? emptyAllocation("unmounted", properties, window.start, window.end);
    rows.set(namespace, row);
    return row;
  };
  return {
    ofCluster: () => rowOf("__unmounted__", "__unmounted__"),
    ofNamespace: (namespace) => rowOf(namespace, `${namespace}-unmounted-pvcs`),
    all: () => [...rows.values()],
  };
}
