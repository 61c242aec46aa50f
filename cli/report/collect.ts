import { parseClusterArn, type Cluster } from "../../contract/cluster-arn.ts";
import { allocation } from "../../contract/datasets/allocation.ts";
import { container } from "../../contract/datasets/container.ts";
import type { Hour } from "../../contract/hours.ts";
import type { Manifest } from "../../contract/manifest.ts";
import { ConfigError } from "../../agent-src/export/errors.ts";
import { numberOf, optionalNumberOf, optionalTextOf, textOf, type RunSql } from "./run-sql.ts";
import { HOURS_PER_MONTH } from "./report-data.ts";
import type { GpuUse, Headline, HourlyCost, HourlyUsage, NamespaceCost, ReportData } from "./report-data.ts";
import type { ResourceCost, RowKind, UnmountedVolume, WorkloadSaving } from "./report-data.ts";
import { describeManifests, simulatedNotices } from "./manifest-quality.ts";
import * as sql from "./sql.ts";
import { addVolumes } from "./volumes.ts";

/** The datasets that the report is made from: only their missing hours are gaps of the report. */
const REPORTED = [allocation.name, container.name];

const WORKLOADS_SHOWN = 15;

/** What the report is about. `manifests` are those of the window, of all its clusters. */
export interface ReportRequest {
  readonly from: Hour;
  readonly until: Hour;
  readonly manifests: readonly Manifest[];
  readonly writer: string;
  readonly now: number;
}

/**
 * Reads every figure of the report through views named `allocation` and, where usage was exported, `container`.
 * @throws ConfigError when the rows are in several currencies, which no sum can mix
 */
export async function collectReport(run: RunSql, request: ReportRequest): Promise<ReportData> {
  await prepare(run, request);
  const [currency, ...others] = (await run(sql.CURRENCIES)).map((row) => textOf(row, "currency"));
  if (others.length > 0) {
    const listed = [currency, ...others].map((code) => `"${code}"`).join(", ");
    throw new ConfigError(`the hours are in several currencies (${listed}); report on one cluster at a time`);
  }
  const perCluster = await run(sql.COST_BY_CLUSTER);
  const clusters = [...new Set(request.manifests.map((manifest) => manifest.clusterArn))].sort();
  const hourly = (await run(sql.HOURLY_COST)).map(hourlyCost);
  const coveredHours = Math.max(1, new Set(hourly.map((row) => row.hour)).size);
  return {
    window: { from: request.from, until: request.until },
    clusters: clusters.map(parseClusterArn),
    currency: currency ?? "USD",
    simulated: simulatedNotices(request.manifests),
    headline: await headline(run, perCluster),
    hourly,
    usage: (await run(sql.HOURLY_USAGE)).map(hourlyUsage),
    resources: resourceCosts(await run(sql.COST_BY_RESOURCE)),
    namespaces: (await run(sql.namespaceCosts(coveredHours))).map(namespaceCost),
    workloads: (await run(sql.workloadSavings(WORKLOADS_SHOWN))).map(workloadSaving),
    gpus: (await run(sql.GPU_USE)).map(gpuUse),
    volumes: await unmountedVolumes(run),
    quality: await quality(run, request, clusters),
    writer: request.writer,
    writtenAt: request.now,
  };
}

async function prepare(run: RunSql, request: ReportRequest): Promise<void> {
  const hasUsage = request.manifests.some(
    (manifest) => manifest.dataset === "container" && manifest.rows > 0,
  );
  await run(sql.prepareRows(request.from, request.until));
  await run(hasUsage ? sql.prepareUsage(request.from, request.until) : sql.EMPTY_USAGE);
  await run(sql.PREPARE_UNUSED);
  await run(sql.PREPARE_RIGHTSIZING);
}

type SqlRows = Awaited<ReturnType<RunSql>>;
type SqlRow = SqlRows[number];

async function headline(run: RunSql, perCluster: SqlRows): Promise<Headline> {
  const byKind: Record<RowKind, number> = { workload: 0, idle: 0, unmounted: 0, unallocated: 0 };
  for (const row of await run(sql.COST_BY_KIND))
    byKind[textOf(row, "kind") as RowKind] = numberOf(row, "cost");
  const totalCost = byKind.workload + byKind.idle + byKind.unmounted + byKind.unallocated;
  const [totals = {}] = await run(sql.WORKLOAD_TOTALS);
  // A cluster with fewer covered hours still runs all month: each is scaled by its own hours.
  const monthlyRunRate = perCluster.reduce(
    (sum, row) => sum + (numberOf(row, "cost") / Math.max(1, numberOf(row, "hours"))) * HOURS_PER_MONTH,
    0,
  );
  return {
    totalCost,
    byKind,
    monthlyRunRate,
    idleShare: totalCost > 0 ? byKind.idle / totalCost : 0,
    efficiency: optionalNumberOf(totals, "efficiency"),
    unusedCost: numberOf(totals, "unused"),
    potentialSaving: numberOf(totals, "saving"),
    pods: numberOf(totals, "pods"),
    containers: numberOf(totals, "containers"),
  };
}

function hourlyCost(row: SqlRow): HourlyCost {
  return {
    hour: numberOf(row, "hour"),
    kind: textOf(row, "kind") as RowKind,
    namespace: optionalTextOf(row, "namespace"),
    cost: numberOf(row, "cost"),
  };
}

function hourlyUsage(row: SqlRow): HourlyUsage {
  return {
    hour: numberOf(row, "hour"),
    cpuAllocated: numberOf(row, "cpu_allocated"),
    cpuUsed: numberOf(row, "cpu_used"),
    memoryAllocated: numberOf(row, "ram_allocated"),
    memoryUsed: numberOf(row, "ram_used"),
  };
}

const RESOURCES = [
  ["CPU", "cpu"],
  ["Memory", "ram"],
  ["GPU", "gpu"],
  ["Persistent volumes", "pv"],
  ["Load balancers", "lb"],
  ["Network", "network"],
  ["Shared and external", "other"],
] as const;

function resourceCosts(rows: SqlRows): ResourceCost[] {
  const of = (kind: string, column: string): number =>
    numberOf(rows.find((row) => row["kind"] === kind) ?? {}, column);
  return RESOURCES.map(([resource, column]) => ({
    resource,
    workload: of("workload", column),
    idle: of("idle", column),
    unmounted: of("unmounted", column),
  }));
}

function namespaceCost(row: SqlRow): NamespaceCost {
  return {
    namespace: textOf(row, "namespace"),
    cost: numberOf(row, "cost"),
    gpuCost: numberOf(row, "gpu_cost"),
    cpuAllocated: numberOf(row, "cpu_allocated"),
    cpuUsed: numberOf(row, "cpu_used"),
    memoryAllocated: numberOf(row, "ram_allocated"),
    memoryUsed: numberOf(row, "ram_used"),
    efficiency: optionalNumberOf(row, "efficiency"),
    unusedCost: numberOf(row, "unused"),
    potentialSaving: numberOf(row, "saving"),
  };
}

function workloadSaving(row: SqlRow): WorkloadSaving {
  return {
    cluster: clusterName(row),
    namespace: textOf(row, "namespace"),
    kind: optionalTextOf(row, "kind"),
    workload: textOf(row, "workload"),
    container: textOf(row, "container"),
    pods: numberOf(row, "pods"),
    cost: numberOf(row, "cost"),
    cpuRequest: numberOf(row, "cpu_request"),
    cpuNeed: numberOf(row, "cpu_need"),
    memoryRequest: numberOf(row, "ram_request"),
    memoryNeed: numberOf(row, "ram_need"),
    unusedCost: numberOf(row, "unused"),
    potentialSaving: numberOf(row, "saving"),
  };
}

function gpuUse(row: SqlRow): GpuUse {
  return {
    namespace: textOf(row, "namespace"),
    workload: textOf(row, "workload"),
    model: textOf(row, "model"),
    gpuHours: numberOf(row, "gpu_hours"),
    cost: numberOf(row, "cost"),
    usage: optionalNumberOf(row, "usage"),
  };
}

async function unmountedVolumes(run: RunSql): Promise<UnmountedVolume[]> {
  const rows = await run(sql.UNMOUNTED_ROWS);
  return addVolumes(
    rows.map((row) => ({
      cluster: clusterName(row),
      namespace: optionalTextOf(row, "namespace"),
      volumes: optionalTextOf(row, "volumes"),
      cost: numberOf(row, "cost"),
    })),
  );
}

async function quality(
  run: RunSql,
  request: ReportRequest,
  clusters: readonly string[],
): Promise<ReportData["quality"]> {
  const [sums = {}] = await run(sql.COST_SUMS);
  const [usage = {}] = await run(sql.USAGE_SUMS);
  const [coverage = {}] = await run(sql.COVERAGE);
  const fileRows = { allocation: numberOf(sums, "file_rows"), container: numberOf(usage, "file_rows") };
  const described = describeManifests(request, clusters, REPORTED, fileRows);
  return {
    ...described,
    costs: {
      rows: numberOf(sums, "cost"),
      manifests: described.manifestCost,
      rounded: numberOf(sums, "rounded"),
      parts: numberOf(sums, "parts"),
    },
    coverage: {
      withCost: numberOf(coverage, "with_cost"),
      withCostAndUsage: numberOf(coverage, "with_both"),
      usageWithoutCost: numberOf(coverage, "usage_only"),
      observedShare: optionalNumberOf(coverage, "observed"),
      samplesPerMinute: optionalNumberOf(coverage, "samples_per_minute"),
    },
  };
}

function clusterName(row: SqlRow): Cluster["name"] {
  return parseClusterArn(textOf(row, "cluster_arn")).name;
}
