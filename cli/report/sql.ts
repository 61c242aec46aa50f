import type { Hour } from "../../contract/hours.ts";

/** Room above the measured need that the potential saving leaves. */
export const HEADROOM = 1.2;

/** Tables that {@link prepareRows} and {@link prepareUsage} make; the other statements read nothing else. */
const ROWS = "report_rows";
const USAGE = "report_usage";

/** The window's allocation rows, narrowed to what the report reads: hours instead of minutes, one cost per part. */
export function prepareRows(from: Hour, until: Hour): string {
  return `
CREATE OR REPLACE TEMP TABLE ${ROWS} AS
SELECT
  CAST(epoch(hour_start) AS BIGINT) AS hour, cluster_arn, row_kind, namespace, controller_kind,
  coalesce(controller, pod) AS workload, pod, container, currency,
  minutes / 60 AS hours,
  cpu_cores, cpu_core_request_average AS cpu_request, cpu_core_usage_average AS cpu_usage, cpu_core_usage_max,
  ram_bytes, ram_byte_request_average AS ram_request, ram_byte_usage_average AS ram_usage, ram_byte_usage_max,
  coalesce(cpu_cost_precise, cpu_cost, 0) + coalesce(cpu_cost_adjustment, 0) AS cpu_cost,
  coalesce(ram_cost_precise, ram_cost, 0) + coalesce(ram_cost_adjustment, 0) AS ram_cost,
  coalesce(gpu_cost_precise, gpu_cost, 0) + coalesce(gpu_cost_adjustment, 0) AS gpu_cost,
  coalesce(pv_cost_precise, pv_cost, 0) + coalesce(pv_cost_adjustment, 0) AS pv_cost,
  coalesce(load_balancer_cost_precise, load_balancer_cost, 0) + coalesce(load_balancer_cost_adjustment, 0) AS lb_cost,
  coalesce(network_cost, 0) + coalesce(network_cost_adjustment, 0) AS network_cost,
  coalesce(external_cost, 0) + coalesce(shared_cost, 0) AS other_cost,
  coalesce(total_cost_precise, total_cost, 0) AS cost, coalesce(total_cost, 0) AS rounded_cost,
  gpu_model, gpu_hours, gpu_usage_average AS gpu_usage,
  CASE WHEN row_kind = 'unmounted' THEN persistent_volumes END AS volumes
FROM allocation
WHERE epoch(hour_start) >= ${from} AND epoch(hour_start) < ${until}`;
}

/** The window's measured usage, one row per container name and hour. */
export function prepareUsage(from: Hour, until: Hour): string {
  return `
CREATE OR REPLACE TEMP TABLE ${USAGE} AS
SELECT
  CAST(epoch(hour_start) AS BIGINT) AS hour, cluster_arn, namespace, pod, container,
  max(cpu_usage_cores_p95) AS cpu_p95, max(memory_working_set_bytes_max) AS memory_max,
  sum(observed_seconds) AS observed_seconds, sum(sample_count) AS samples, count(*) AS file_rows
FROM container
WHERE epoch(hour_start) >= ${from} AND epoch(hour_start) < ${until}
GROUP BY ALL`;
}

/** Stands in for {@link prepareUsage} where no usage was exported, so that everything else still reads. */
export const EMPTY_USAGE = `
CREATE OR REPLACE TEMP TABLE ${USAGE} (
  hour BIGINT, cluster_arn VARCHAR, namespace VARCHAR, pod VARCHAR, container VARCHAR,
  cpu_p95 DOUBLE, memory_max DOUBLE, observed_seconds DOUBLE, samples DOUBLE, file_rows BIGINT)`;

/** Used part of what was allocated, at most all of it: OpenCost allocates the larger of request and usage, by the sample. */
const USED_COST = `
  cpu_cost * least(1, coalesce(cpu_usage / nullif(cpu_cores, 0), 0))
  + ram_cost * least(1, coalesce(ram_usage / nullif(ram_bytes, 0), 0))`;

// Core-hours and byte-hours used, of those allocated: cut at the same limit as the cost of what was used.
const USED_CPU = "sum(least(coalesce(cpu_usage, 0), cpu_cores) * hours)";
const USED_RAM = "sum(least(coalesce(ram_usage, 0), ram_bytes) * hours)";

const EFFICIENCY = `sum(${USED_COST}) / nullif(sum(cpu_cost + ram_cost), 0)`;

const SAME_CONTAINER = "cluster_arn, namespace, controller_kind, workload, container";

// CPU above a request is slowed down, so replicas may share: the mean over the pods, in the busiest hour.
// Memory above a limit is killed: the highest of any pod in any hour.
const HOURLY_NEEDS = `
  SELECT ${SAME_CONTAINER},
    sum(coalesce(u.cpu_p95, r.cpu_core_usage_max, r.cpu_usage) * hours) / nullif(sum(hours), 0) AS cpu,
    max(coalesce(u.memory_max, r.ram_byte_usage_max, r.ram_usage)) AS ram
  FROM ${ROWS} r
  LEFT JOIN ${USAGE} u USING (hour, cluster_arn, namespace, pod, container)
  WHERE r.row_kind = 'workload'
  GROUP BY hour, ${SAME_CONTAINER}`;

const NEEDS = `
  SELECT ${SAME_CONTAINER}, ${HEADROOM} * max(cpu) AS cpu_need, ${HEADROOM} * max(ram) AS ram_need
  FROM (${HOURLY_NEEDS}) GROUP BY ALL`;

/** The window's workload rows with what each did not use. */
export const PREPARE_UNUSED = `
CREATE OR REPLACE TEMP TABLE report_unused AS
SELECT *, cpu_cost + ram_cost - (${USED_COST}) AS unused
FROM ${ROWS} WHERE row_kind = 'workload'`;

/** The share of the cost of `cpu` or `ram` that a request at the need would have saved; none where that is no lower. */
function savedShare(resource: "cpu" | "ram"): string {
  return `CASE WHEN ${resource}_need < ${resource}_request
    THEN greatest(0, 1 - ${resource}_then / nullif(${resource}_now, 0)) ELSE 0 END`;
}

/** What is charged over the hours, the larger of a request and the usage, in core-hours or byte-hours. */
function allocatedAt(request: string, usage: string): string {
  return `sum(hours * greatest(coalesce(${request}, 0), coalesce(${usage}, 0)))`;
}

/** One row per container of a workload: its requests (the highest of the window), its needs, and what they would save. */
export const PREPARE_RIGHTSIZING = `
CREATE OR REPLACE TEMP TABLE report_rightsizing AS
SELECT *, cpu_cost * ${savedShare("cpu")} + ram_cost * ${savedShare("ram")} AS saving
FROM (
  SELECT r.cluster_arn, r.namespace, r.controller_kind, r.workload, r.container,
    count(DISTINCT r.pod) AS pods, sum(r.cost) AS cost, sum(r.unused) AS unused,
    sum(r.cpu_cost) AS cpu_cost, coalesce(max(r.cpu_request), 0) AS cpu_request, max(n.cpu_need) AS cpu_need,
    ${allocatedAt("r.cpu_request", "r.cpu_usage")} AS cpu_now, ${allocatedAt("n.cpu_need", "r.cpu_usage")} AS cpu_then,
    sum(r.ram_cost) AS ram_cost, coalesce(max(r.ram_request), 0) AS ram_request, max(n.ram_need) AS ram_need,
    ${allocatedAt("r.ram_request", "r.ram_usage")} AS ram_now, ${allocatedAt("n.ram_need", "r.ram_usage")} AS ram_then
  FROM report_unused r
  LEFT JOIN (${NEEDS}) n
    ON r.cluster_arn = n.cluster_arn AND r.namespace IS NOT DISTINCT FROM n.namespace
    AND r.controller_kind IS NOT DISTINCT FROM n.controller_kind
    AND r.workload IS NOT DISTINCT FROM n.workload AND r.container IS NOT DISTINCT FROM n.container
  GROUP BY ALL
)`;

export const CURRENCIES = `SELECT DISTINCT currency FROM ${ROWS} WHERE currency IS NOT NULL ORDER BY 1`;

export const COST_BY_KIND = `SELECT row_kind AS kind, sum(cost) AS cost FROM ${ROWS} GROUP BY ALL`;

export const COST_BY_CLUSTER = `
SELECT cluster_arn, sum(cost) AS cost, CAST(count(DISTINCT hour) AS DOUBLE) AS hours
FROM ${ROWS} GROUP BY ALL ORDER BY cost DESC`;

export const WORKLOAD_TOTALS = `
SELECT ${EFFICIENCY} AS efficiency, coalesce(sum(unused), 0) AS unused,
  coalesce((SELECT sum(saving) FROM report_rightsizing), 0) AS saving,
  CAST(count(DISTINCT (cluster_arn, namespace, pod)) AS DOUBLE) AS pods,
  CAST(count(DISTINCT (cluster_arn, namespace, pod, container)) AS DOUBLE) AS containers
FROM report_unused`;

export const HOURLY_COST = `
SELECT CAST(hour AS DOUBLE) AS hour, row_kind AS kind, namespace, sum(cost) AS cost
FROM ${ROWS} GROUP BY ALL ORDER BY hour, kind, namespace`;

export const HOURLY_USAGE = `
SELECT CAST(hour AS DOUBLE) AS hour,
  sum(cpu_cores * hours) AS cpu_allocated, ${USED_CPU} AS cpu_used,
  sum(ram_bytes * hours) AS ram_allocated, ${USED_RAM} AS ram_used
FROM ${ROWS} WHERE row_kind = 'workload' GROUP BY ALL ORDER BY hour`;

export const COST_BY_RESOURCE = `
SELECT CASE row_kind WHEN 'idle' THEN 'idle' WHEN 'unmounted' THEN 'unmounted' ELSE 'workload' END AS kind,
  sum(cpu_cost) AS cpu, sum(ram_cost) AS ram, sum(gpu_cost) AS gpu, sum(pv_cost) AS pv,
  sum(lb_cost) AS lb, sum(network_cost) AS network, sum(other_cost) AS other
FROM ${ROWS} GROUP BY ALL`;

/** Averages over `hours`, the number of covered hours of the window. */
export function namespaceCosts(hours: number): string {
  return `
SELECT coalesce(u.namespace, '(no namespace)') AS namespace, sum(cost) AS cost, sum(gpu_cost) AS gpu_cost,
  sum(cpu_cores * hours) / ${hours} AS cpu_allocated, ${USED_CPU} / ${hours} AS cpu_used,
  sum(ram_bytes * hours) / ${hours} AS ram_allocated, ${USED_RAM} / ${hours} AS ram_used,
  ${EFFICIENCY} AS efficiency, sum(unused) AS unused, max(s.saving) AS saving
FROM report_unused u
LEFT JOIN (SELECT namespace, sum(saving) AS saving FROM report_rightsizing GROUP BY ALL) s
  ON u.namespace IS NOT DISTINCT FROM s.namespace
GROUP BY u.namespace ORDER BY cost DESC, namespace`;
}

/** The containers with the most unused cost. */
export function workloadSavings(limit: number): string {
  return `
SELECT cluster_arn, coalesce(namespace, '(no namespace)') AS namespace, controller_kind AS kind, workload,
  container, CAST(pods AS DOUBLE) AS pods, cost, cpu_request, cpu_need, ram_request, ram_need, unused, saving
FROM report_rightsizing
WHERE workload IS NOT NULL AND container IS NOT NULL AND unused > 0
ORDER BY unused DESC, namespace, workload, container LIMIT ${limit}`;
}

export const GPU_USE = `
SELECT coalesce(namespace, '(no namespace)') AS namespace, workload, coalesce(gpu_model, 'unknown model') AS model,
  sum(gpu_hours) AS gpu_hours, sum(gpu_cost) AS cost,
  sum(gpu_usage * gpu_hours) / nullif(sum(CASE WHEN gpu_usage IS NOT NULL THEN gpu_hours END), 0) AS usage
FROM ${ROWS} WHERE row_kind = 'workload' AND gpu_hours > 0
GROUP BY ALL ORDER BY cost DESC, namespace, workload`;

export const UNMOUNTED_ROWS = `
SELECT cluster_arn, namespace, volumes, cost FROM ${ROWS} WHERE row_kind = 'unmounted' ORDER BY hour`;

export const COST_SUMS = `
SELECT CAST(count(*) AS DOUBLE) AS file_rows, sum(cost) AS cost, sum(rounded_cost) AS rounded,
  sum(cpu_cost + ram_cost + gpu_cost + pv_cost + lb_cost + network_cost + other_cost) AS parts
FROM ${ROWS}`;

export const USAGE_SUMS = `SELECT CAST(coalesce(sum(file_rows), 0) AS DOUBLE) AS file_rows FROM ${USAGE}`;

export const COVERAGE = `
SELECT
  CAST(count(*) FILTER (WHERE r.pod IS NOT NULL) AS DOUBLE) AS with_cost,
  CAST(count(*) FILTER (WHERE r.pod IS NOT NULL AND u.pod IS NOT NULL) AS DOUBLE) AS with_both,
  CAST(count(*) FILTER (WHERE r.pod IS NULL) AS DOUBLE) AS usage_only,
  sum(least(u.observed_seconds, r.hours * 3600)) FILTER (WHERE r.pod IS NOT NULL AND u.pod IS NOT NULL)
    / nullif(sum(r.hours * 3600) FILTER (WHERE r.pod IS NOT NULL AND u.pod IS NOT NULL), 0) AS observed,
  sum(u.samples) * 60 / nullif(sum(u.observed_seconds), 0) AS samples_per_minute
FROM (SELECT * FROM ${ROWS} WHERE row_kind = 'workload' AND container IS NOT NULL) r
FULL JOIN ${USAGE} u USING (hour, cluster_arn, namespace, pod, container)`;
