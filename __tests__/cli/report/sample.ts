import { collectReport } from "../../../cli/report/collect.ts";
import type { ReportData } from "../../../cli/report/report-data.ts";
import { CLUSTER, manifestOf, openTables, type SomeColumns } from "./tables.ts";

/** 2026-11-22T09:00:00Z */
export const NINE = Date.UTC(2026, 10, 22, 9) / 1000;

const common = { cluster_arn: CLUSTER, currency: "USD" };

function workload(hour: string, columns: SomeColumns): SomeColumns {
  return {
    hour_start: hour,
    ...common,
    row_kind: "workload",
    controller_kind: "deployment",
    container: "app",
    minutes: 60,
    ...columns,
  };
}

const shop = {
  namespace: "shop",
  controller: "checkout",
  cpu_cores: 2,
  cpu_core_request_average: 2,
  ram_bytes: 4 * 2 ** 30,
  ram_byte_request_average: 4 * 2 ** 30,
  cpu_cost_precise: 0.08,
  ram_cost_precise: 0.02,
  total_cost_precise: 0.1,
  total_cost: 0.1,
};

const nine = "2026-11-22T09:00:00Z";
const eleven = "2026-11-22T11:00:00Z";

/** Two covered hours with a missing one between: two pods that share a controller, a GPU, idle cost and a lost volume. */
export const SAMPLE_ALLOCATION: readonly SomeColumns[] = [
  workload(nine, {
    ...shop,
    pod: "checkout-1",
    cpu_core_usage_average: 0.5,
    ram_byte_usage_average: 2 ** 30,
  }),
  workload(nine, { ...shop, pod: "checkout-2", cpu_core_usage_average: 1, ram_byte_usage_average: 2 ** 31 }),
  workload(eleven, {
    ...shop,
    pod: "checkout-1",
    cpu_core_usage_average: 0.5,
    ram_byte_usage_average: 2 ** 30,
  }),
  workload(eleven, {
    namespace: "<ml>",
    controller: "train & serve",
    pod: "train-1",
    gpu_model: "NVIDIA A10G",
    gpu_hours: 1,
    gpu_usage_average: 0.25,
    gpu_cost_precise: 1,
    total_cost_precise: 1,
    total_cost: 1,
  }),
  ...[nine, eleven].map((hour) => ({
    hour_start: hour,
    ...common,
    row_kind: "idle",
    minutes: 60,
    cpu_cost_precise: 0.5,
    total_cost_precise: 0.5,
    total_cost: 0.5,
  })),
  {
    hour_start: nine,
    ...common,
    row_kind: "unmounted",
    namespace: "__unmounted__",
    minutes: 60,
    pv_cost_precise: 0.01,
    total_cost_precise: 0.01,
    total_cost: 0.01,
    persistent_volumes: '{"cluster=prod:name=lost-1":{"byteHours":107374182400,"cost":0.01}}',
  },
];

const CONTAINER: readonly SomeColumns[] = [
  ["checkout-1", 0.6],
  ["checkout-2", 1],
].map(([pod, cpu]) => ({
  hour_start: nine,
  cluster_arn: CLUSTER,
  namespace: "shop",
  pod: pod ?? "",
  container: "app",
  cpu_usage_cores_p95: cpu ?? 0,
  memory_working_set_bytes_max: 2.5 * 2 ** 30,
  observed_seconds: 1800,
  sample_count: 60,
}));

/** The report on the sample; 10:00 is missing, and `container` of 11:00. */
export async function sampleReport(simulated?: string): Promise<ReportData> {
  const tables = await openTables({ allocation: SAMPLE_ALLOCATION, container: CONTAINER });
  const changes = simulated === undefined ? {} : { simulated };
  try {
    return await collectReport(tables.run, {
      from: NINE,
      until: NINE + 3 * 3600,
      manifests: [
        manifestOf("allocation", NINE, { rows: 4, totals: { total_cost_precise: 0.71 }, ...changes }),
        manifestOf("container", NINE, { rows: 2, warnings: ["1 container has no <uid>"] }),
        manifestOf("allocation", NINE + 7200, { rows: 3, totals: { total_cost_precise: 1.6 }, revision: 2 }),
      ],
      writer: "container-insights/0.1.0",
      now: NINE + 4 * 3600,
    });
  } finally {
    tables.close();
  }
}
