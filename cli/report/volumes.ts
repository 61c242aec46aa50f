import type { UnmountedVolume } from "./report-data.ts";

/** An `unmounted` row: `volumes` is OpenCost's `pvs` as JSON text. */
export interface UnmountedRow {
  readonly cluster: string;
  readonly namespace: string | undefined;
  readonly volumes: string | undefined;
  readonly cost: number;
}

// What OpenCost calls the namespace of a volume that no claim names.
const NO_NAMESPACE = "__unmounted__";

/** The volumes behind the rows, each once, dearest first. A row that names none stands as one "(not named)". */
export function addVolumes(rows: readonly UnmountedRow[]): UnmountedVolume[] {
  const found = new Map<string, UnmountedVolume>();
  for (const row of rows) {
    const namespace = row.namespace === NO_NAMESPACE ? undefined : row.namespace;
    for (const part of volumesOf(row)) {
      const id = JSON.stringify([row.cluster, namespace, part.volume]);
      const known = found.get(id);
      found.set(id, {
        cluster: row.cluster,
        namespace,
        volume: part.volume,
        byteHours: (known?.byteHours ?? 0) + part.byteHours,
        cost: (known?.cost ?? 0) + part.cost,
        hours: (known?.hours ?? 0) + 1,
      });
    }
  }
  return [...found.values()].sort((a, b) => b.cost - a.cost || a.volume.localeCompare(b.volume));
}

function volumesOf(row: UnmountedRow): { volume: string; byteHours: number; cost: number }[] {
  const parsed: unknown = row.volumes === undefined ? undefined : JSON.parse(row.volumes);
  const entries = typeof parsed === "object" && parsed !== null ? Object.entries(parsed) : [];
  if (entries.length === 0) return [{ volume: "(not named)", byteHours: 0, cost: row.cost }];
  return entries.map(([key, value]: [string, { byteHours?: number; cost?: number }]) => ({
    // The key is `cluster=<id>:name=<volume>`.
    volume: /(?:^|:)name=(.*)$/.exec(key)?.[1] ?? key,
    byteHours: value.byteHours ?? 0,
    cost: value.cost ?? 0,
  }));
}
