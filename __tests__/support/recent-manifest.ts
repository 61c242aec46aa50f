import { hourOf } from "../../contract/hours.ts";
import type { Manifest } from "../../contract/manifest.ts";

/** The manifest of an allocation hour that ended at `end`, in milliseconds, as the agent writes it right after. */
export function recentManifest(clusterArn: string, end: number, changes: Partial<Manifest> = {}): Manifest {
  const hour = hourOf(end / 1000) - 3600;
  return {
    format: 1,
    clusterArn,
    dataset: "allocation",
    schema: "container-insights/allocation/v1",
    hourStart: hour,
    hourEnd: hour + 3600,
    rows: 0,
    totals: {},
    queries: { expected: 2, answered: 2 },
    sources: { prometheus: "3.5.0" },
    writer: "container-insights/0.1.0",
    revision: 1,
    warnings: [],
    writtenAt: new Date(end).toISOString(),
    ...changes,
  };
}
