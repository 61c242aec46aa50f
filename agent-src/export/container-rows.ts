import pMap from "p-map";
import type { PrometheusQuery, Row } from "../../contract/datasets/column.ts";
import { container as dataset } from "../../contract/datasets/container.ts";
import type { Hour } from "../../contract/hours.ts";
import type { InstantSample } from "../adapters/prometheus/sample.ts";
import { buildContainerRow, compareEntries, wasActive } from "./container-row.ts";
import {
  columnsOf,
  createContainerTable,
  SCRAPES_QUERY,
  type ContainerEntry,
  type ContainerTable,
} from "./container-table.ts";
import { checkKubeState, entryWarnings, noCadvisor } from "./container-trust.ts";
import type { OpenHour } from "./hour-source.ts";
import { createPodNodes, type PodNodes } from "./pod-nodes.ts";
import { openPrometheusHour, type PrometheusDeps } from "./prometheus-hour.ts";
import { label, queryById, type AskQuery } from "./queries.ts";

const CONCURRENCY = 4;

/** Opens the `container` dataset of an hour: all its queries, folded into one accumulator per container, then the rows by key. */
export function openContainer(deps: PrometheusDeps): OpenHour<Row> {
  return openPrometheusHour(dataset, deps, ({ hour, ask, warnings }) => readRows(deps, hour, ask, warnings));
}

async function* readRows(
  deps: PrometheusDeps,
  hour: Hour,
  ask: AskQuery,
  warnings: string[],
): AsyncGenerator<Row, void, undefined> {
  const table = createContainerTable();
  const nodes = createPodNodes();
  const absorb = async (query: PrometheusQuery): Promise<number> => {
    const take = seriesReader(query, table, nodes);
    let series = 0;
    for await (const sample of ask(query)) {
      take(sample);
      series++;
    }
    if (series === 0 && !query.mayBeEmpty) warnings.push(emptyWarning(query));
    return series;
  };
  const kubeState = dataset.queries.filter((query) => query.promql.includes("$ksm"));
  const samples = queryById(dataset.queries, SCRAPES_QUERY);
  const others = dataset.queries.filter((query) => query !== samples && !kubeState.includes(query));

  // kube-state-metrics first: its UIDs name the series whose cgroup holds none. Then the weights of the means.
  await pMap(kubeState, absorb, { concurrency: CONCURRENCY });
  checkKubeState(table, hour, deps.jobs);
  if ((await absorb(samples)) === 0) throw noCadvisor(hour, deps.jobs);
  await pMap(others, absorb, { concurrency: CONCURRENCY });

  const entries = [...table.entries()].filter((entry) => wasActive(table, entry)).sort(compareEntries);
  warnings.push(...entryWarnings(table, entries));
  const run = {
    hour,
    clusterArn: deps.clusterArn,
    table,
    nodeOf: (entry: ContainerEntry) => nodes.get(entry.namespace, entry.pod, entry.uid ?? "") ?? "",
    isKnownPod: (entry: ContainerEntry) =>
      entry.uid !== null && table.uids.has(entry.namespace, entry.pod, entry.uid),
  };
  for (const entry of entries) yield buildContainerRow(entry, run);
}

/** What to do with each series of a query. */
function seriesReader(
  query: PrometheusQuery,
  table: ContainerTable,
  nodes: PodNodes,
): (sample: InstantSample) => void {
  switch (query.id) {
    case "pod_info":
      return ({ labels }) => {
        const [namespace, pod, uid] = [
          label(labels, "namespace"),
          label(labels, "pod"),
          label(labels, "uid"),
        ];
        table.uids.add(namespace, pod, uid);
        // A pod that waited to be scheduled has a series without a node, too.
        if (label(labels, "node") !== "") nodes.set(namespace, pod, uid, label(labels, "node"));
      };
    case "init_containers":
      return ({ labels }) => {
        table.fromKubeState(labels).init = true;
      };
  }
  if (query.promql.includes("$ksm")) {
    return ({ labels, value }) => {
      const entry = table.fromKubeState(labels);
      table.uids.add(entry.namespace, entry.pod, entry.uid ?? "");
      if (query.id === "running_seconds") entry.reported = true;
      if (label(labels, "node") !== "") entry.node = label(labels, "node");
      table.fold(entry, query.id, labels, value);
    };
  }
  return ({ labels, value }) => {
    const entry = table.fromCadvisor(labels);
    entry.seenByCadvisor = true;
    table.fold(entry, query.id, labels, value);
  };
}

function emptyWarning(query: PrometheusQuery): string {
  const columns = columnsOf(query.id).map((folded) => folded.column.name);
  const effect =
    columns.length > 0 ? `: ${columns.join(", ")} ${columns.length > 1 ? "are" : "is"} null` : "";
  return `"${query.metrics.join('", "')}" has no series in the hour${effect}`;
}
