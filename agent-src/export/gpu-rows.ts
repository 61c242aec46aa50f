import pMap from "p-map";
import type { CellValue, Column, Row } from "../../contract/datasets/column.ts";
import { gpu as dataset } from "../../contract/datasets/gpu.ts";
import { isoSeconds, type Hour } from "../../contract/hours.ts";
import type { InstantSample } from "../adapters/prometheus/sample.ts";
import { UntrustedAnswerError } from "./errors.ts";
import { createGpuTable, SCRAPES_QUERY, type GpuEntry, type GpuTable } from "./gpu-table.ts";
import type { OpenHour } from "./hour-source.ts";
import { createPodUids, type PodUids } from "./pod-uids.ts";
import { jobMatcher, type QueryJobs } from "./promql.ts";
import { openPrometheusHour, type PrometheusDeps } from "./prometheus-hour.ts";
import { label, queryById, type AskQuery } from "./queries.ts";
import { WORKLOAD_LABELS } from "./workload-labels.ts";

const CONCURRENCY = 4;
const FIRST = ["pod_info", "capacity", SCRAPES_QUERY];

/** Opens the `gpu` dataset of an hour: all its queries, folded by GPU and workload, then the rows by key. */
export function openGpu(deps: PrometheusDeps): OpenHour<Row> {
  return openPrometheusHour(dataset, deps, async function* ({ hour, ask, warnings }) {
    const pods = await readPods(ask);
    if (pods.count === 0) throw noKubeState(hour, deps.jobs);
    const { table, unnamed } = await readTable(ask);
    const entries = table.entries();
    const run = { hour, clusterArn: deps.clusterArn, table, pods, workloads: workloadCounts(entries) };
    const seenOn = new Set(entries.map((entry) => nodeOf(entry, run)));
    warnings.push(...gpuWarnings(seenOn, unnamed, { withGpus: await readGpuNodes(ask), all: pods.nodes }));
    for (const entry of entries) yield buildRow(entry, run);
  });
}

interface Pods {
  readonly uids: PodUids;
  readonly nodes: ReadonlyMap<string, string>;
  readonly count: number;
}

async function readPods(ask: AskQuery): Promise<Pods> {
  const uids = createPodUids();
  const nodes = new Map<string, string>();
  let count = 0;
  for await (const { labels } of ask(queryById(dataset.queries, "pod_info"))) {
    uids.add(label(labels, "namespace"), label(labels, "pod"), label(labels, "uid"));
    nodes.set(label(labels, "uid"), label(labels, "node"));
    count += 1;
  }
  return { uids, nodes, count };
}

/** Nodes that have GPUs. How many is not told of: of a GPU that is shared, its slices are counted. */
async function readGpuNodes(ask: AskQuery): Promise<Set<string>> {
  const nodes = new Set<string>();
  for await (const { labels, value } of ask(queryById(dataset.queries, "capacity")))
    if (value > 0) nodes.add(label(labels, "node"));
  return nodes;
}

/** The scrapes first: they show whether the labels of the workload were renamed, on any of the series. */
async function readTable(ask: AskQuery): Promise<{ readonly table: GpuTable; readonly unnamed: number }> {
  const scrapes: InstantSample[] = [];
  for await (const sample of ask(queryById(dataset.queries, SCRAPES_QUERY))) scrapes.push(sample);
  const table = createGpuTable(scrapes.some(isRenamed));
  const unnamed = scrapes.filter((sample) => !table.take(SCRAPES_QUERY, sample)).length;
  const others = dataset.queries.filter(({ id }) => !FIRST.includes(id));
  const absorb = async (query: (typeof others)[number]): Promise<void> => {
    for await (const sample of ask(query)) table.take(query.id, sample);
  };
  await pMap(others, absorb, { concurrency: CONCURRENCY });
  return { table, unnamed };
}

function isRenamed({ labels }: InstantSample): boolean {
  return WORKLOAD_LABELS.some((name) => label(labels, `exported_${name}`) !== "");
}

interface GpuRun {
  readonly hour: Hour;
  readonly clusterArn: string;
  readonly table: GpuTable;
  readonly pods: Pods;
  readonly workloads: ReadonlyMap<string, number>;
}

function deviceKey({ uuid, migId }: GpuEntry): string {
  return `${uuid}/${migId}`;
}

function workloadCounts(entries: readonly GpuEntry[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const entry of entries) {
    const key = deviceKey(entry);
    counts.set(key, (counts.get(key) ?? 0) + (entry.pod === "" ? 0 : 1));
  }
  return counts;
}

type ReadCell = (entry: GpuEntry, run: GpuRun) => CellValue;

const DERIVED: Readonly<Record<string, ReadCell>> = {
  gpu_uuid: ({ uuid }) => uuid,
  mig_id: ({ migId }) => migId || null,
  namespace: ({ namespace }) => namespace || null,
  pod: ({ pod }) => pod || null,
  pod_uid: (entry, run) => uidOf(entry, run) ?? null,
  container: ({ container }) => container || null,
  node: nodeOf,
  workload_count: (entry, run) => run.workloads.get(deviceKey(entry)) ?? 0,
};

function uidOf(
  { namespace, pod }: Pick<GpuEntry, "namespace" | "pod">,
  { pods }: GpuRun,
): string | undefined {
  return pods.uids.only(namespace, pod);
}

// Hostname comes last: without NODE_NAME in its environment dcgm-exporter gives its pod's name there.
function nodeOf(entry: GpuEntry, run: GpuRun): string | null {
  const { node, hostname } = run.table.nodeOf(entry);
  const exporter = run.table.exporterOf(entry);
  const uid = uidOf(entry, run) ?? (exporter && uidOf(exporter, run));
  return node || run.pods.nodes.get(uid ?? "") || hostname || null;
}

function cellReader({ name, source }: Column): ReadCell {
  if (source.from === "run") {
    return source.value === "hour_start" ? (_, run) => run.hour * 1000 : (_, run) => run.clusterArn;
  }
  if (source.from === "prometheus") return (entry, run) => run.table.cell(entry, name);
  const derive = DERIVED[name];
  if (!derive) throw new Error(`nothing derives the column "${name}"`);
  return derive;
}

const CELLS = dataset.columns.map((column) => [column.name, cellReader(column)] as const);

function buildRow(entry: GpuEntry, run: GpuRun): Row {
  const row: Row = {};
  for (const [name, read] of CELLS) row[name] = read(entry, run);
  return row;
}

interface KnownNodes {
  readonly withGpus: ReadonlySet<string>;
  /** By the UID of the pods on them. */
  readonly all: ReadonlyMap<string, string>;
}

/**
 * Nodes with GPUs of which none was seen. Where a GPU's node is none that kube-state-metrics knows, as dcgm-exporter
 * gives its pod's name or another one of the host, it may be any of them: only an hour without GPUs is told of then.
 */
function unseenNodes(seenOn: ReadonlySet<string | null>, { withGpus, all }: KnownNodes): string[] {
  const known = new Set<string | null>([...all.values(), ...withGpus]);
  if ([...seenOn].some((node) => !known.has(node))) return [];
  return [...withGpus].filter((node) => !seenOn.has(node)).sort();
}

const MOST_NAMES = 5;

function gpuWarnings(seenOn: ReadonlySet<string | null>, unnamed: number, nodes: KnownNodes): string[] {
  const warnings: string[] = [];
  const unseen = unseenNodes(seenOn, nodes);
  if (unseen.length > 0) {
    const names = unseen.slice(0, MOST_NAMES).join(", ");
    const more = unseen.length > MOST_NAMES ? ` and ${unseen.length - MOST_NAMES} more` : "";
    warnings.push(
      `dcgm-exporter told of no GPU on ${unseen.length} of ${nodes.withGpus.size} nodes that have GPUs by kube_node_status_capacity: ${names}${more}; let it run on every node with GPUs, and Prometheus scrape each of its pods`,
    );
  }
  if (unnamed > 0) {
    warnings.push(`${unnamed} series of DCGM metrics have no label UUID and were left out`);
  }
  return warnings;
}

function noKubeState(hour: Hour, jobs: QueryJobs): UntrustedAnswerError {
  return new UntrustedAnswerError(
    `Prometheus has no series "kube_pod_info" with ${jobMatcher(jobs.kubeStateMetricsJob)} in the hour ${isoSeconds(hour)}, so it cannot be told from an hour without GPUs; name kube-state-metrics' job with --kube-state-metrics-job, and check that Prometheus still has data for that hour`,
  );
}
