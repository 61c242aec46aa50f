import type { Dataset, Row } from "../../contract/datasets/column.ts";
import { findDataset } from "../../contract/datasets/index.ts";
import type { Hour } from "../../contract/hours.ts";
import type { OpenHour } from "../../agent-src/export/hour-source.ts";

export const CLUSTER_ARN = "arn:aws:eks:eu-west-1:123456789012:cluster/prod";

/** 2026-11-22T10:00:00Z */
export const TEN = Date.UTC(2026, 10, 22, 10) / 1000;

/** A dataset of the dictionary. @throws Error when there is none */
export function datasetNamed(name: string): Dataset {
  const dataset = findDataset(name);
  if (!dataset) throw new Error(`no dataset "${name}"`);
  return dataset;
}

/** Believable rows of the `allocation` dataset; the same for the same hour and count. */
export function allocationRows(hour: Hour, count: number): Row[] {
  return Array.from({ length: count }, (_, index) => ({
    hour_start: hour * 1000,
    cluster_arn: CLUSTER_ARN,
    row_kind: "workload",
    namespace: `team-${index % 7}`,
    controller_kind: "deployment",
    controller: `web-${index % 31}`,
    pod: `web-${index % 31}-${index}`,
    container: "app",
    minutes: 60,
    cpu_core_hours: 0.1 + (index % 10) / 7,
    ram_byte_hours: 1024 ** 3 * (1 + (index % 3)),
    gpu_hours: index % 5 === 0 ? null : 0,
    total_cost: index / 1000,
    total_cost_precise: index / 1000 + 0.0000001,
    gpu_is_shared: index % 2 === 0,
    currency: "USD",
  }));
}

/** Believable rows of the `container` dataset. */
export function containerRows(hour: Hour, count: number): Row[] {
  return Array.from({ length: count }, (_, index) => ({
    hour_start: hour * 1000,
    cluster_arn: CLUSTER_ARN,
    namespace: `team-${index % 7}`,
    pod: `web-${index % 31}-${index}`,
    pod_uid: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    container: "app",
    container_kind: "app",
    sample_count: 240n,
    observed_seconds: 3600,
    cpu_usage_core_seconds: index * 1.5,
    memory_working_set_bytes_avg: 1024 * index,
    running_seconds: 3600,
    restarts: BigInt(index % 3),
    last_seen: (hour + 3599) * 1000,
  }));
}

/** A source that answers with these rows. */
export function answering(rowsOf: (hour: Hour) => readonly Row[] | AsyncIterable<Row>): OpenHour {
  return (hour) => ({
    rows: stream(rowsOf(hour)),
    summary: () => ({
      queries: { expected: 1, answered: 1 },
      sources: { prometheus: "2.42.0", opencost: "1.115.0" },
      warnings: [],
    }),
  });
}

async function* stream(rows: readonly Row[] | AsyncIterable<Row>): AsyncGenerator<Row> {
  yield* rows;
}
