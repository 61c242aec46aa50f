import type { PrometheusQuery } from "../../contract/datasets/column.ts";
import { PRESENCE_METRIC, SAMPLE_QUERIES, samples as dataset } from "../../contract/datasets/samples.ts";
import type { Hour } from "../../contract/hours.ts";
import { noCadvisor } from "./container-trust.ts";
import type { HourAnswer, OpenHour } from "./hour-source.ts";
import { defaultLabelFilter, type LabelFilter } from "./labels/label-filter.ts";
import { createPodUids } from "./pod-uids.ts";
import type { QueryJobs } from "./promql.ts";
import {
  askFor,
  askSamplesFor,
  counting,
  givingUpRest,
  label,
  queryById,
  type InstantSource,
  type LabelSource,
  type RawSource,
} from "./queries.ts";
import { groupNamespaces, isGrouped, type NamespaceGroup } from "./samples-groups.ts";
import { orderSeries, readOneSeries, type ReadSeries, type SamplesRun } from "./samples-series.ts";
import type { SeriesRows } from "./series-rows.ts";

/** What the samples dataset is made from. */
export interface SamplesDeps {
  readonly prometheus: InstantSource & RawSource & LabelSource;
  /** Versions of what answers, by source; asked once per hour. */
  readonly versions: (signal: AbortSignal) => Promise<Readonly<Record<string, string>>>;
  readonly jobs: QueryJobs;
  readonly clusterArn: string;
  /** Which labels are exported. @default all, and no annotations */
  readonly labels?: LabelFilter;
  /** Pods whose series of one metric are held at once. @default 1000, about 5 MiB */
  readonly podsAtOnce?: number;
}

const PODS_AT_ONCE = 1_000;

/**
 * Opens the `samples` dataset of an hour: metric by metric, the series of each in the order of the key, so that the
 * same samples are the same bytes whatever order the server answers in. What is held is one metric's series of a group
 * of namespaces, and the next one's while that is written.
 */
export function openSamples(deps: SamplesDeps): OpenHour<SeriesRows> {
  return (hour, signal) => {
    const notes: Notes = {
      warnings: [],
      expected: dataset.queries.length,
      answered: 0,
      repeated: 0,
      alike: 0,
    };
    let sources: Readonly<Record<string, string>> = {};
    async function* rows(inner: AbortSignal): AsyncGenerator<SeriesRows, void, undefined> {
      sources = await deps.versions(inner);
      yield* readRows(deps, hour, inner, notes);
    }
    return {
      rows: givingUpRest(signal, rows),
      summary: () => ({
        queries: { expected: notes.expected, answered: notes.answered },
        sources,
        warnings: [...notes.warnings, ...repeatedWarning(notes.repeated), ...alikeWarning(notes.alike)],
      }),
    } satisfies HourAnswer<SeriesRows>;
  };
}

/** What the reading of an hour leaves for its summary. */
interface Notes {
  readonly warnings: string[];
  expected: number;
  answered: number;
  repeated: number;
  alike: number;
}

async function* readRows(
  deps: SamplesDeps,
  hour: Hour,
  signal: AbortSignal,
  notes: Notes,
): AsyncGenerator<SeriesRows, void, undefined> {
  const pods = await readPods(deps, hour, signal, notes);
  const run: SamplesRun = {
    hour,
    clusterArn: deps.clusterArn,
    labels: deps.labels ?? defaultLabelFilter(deps.clusterArn),
    uids: pods.uids,
    nodeOf: (uid) => pods.nodes.get(uid),
    onRepeated: (count) => (notes.repeated += count),
  };
  const groups = groupNamespaces(pods.counts, deps.podsAtOnce ?? PODS_AT_ONCE);
  const asked = SAMPLE_QUERIES.flatMap((query) => groupsOf(query, groups).map((group) => ({ query, group })));
  notes.expected = asked.length + 1;
  const found = new Map<PrometheusQuery, number>();
  const read = ({ query, group }: (typeof asked)[number]): Promise<SeriesRows[]> =>
    readSeries(deps, { query, group, run, signal, notes });

  for await (const [step, series] of readAhead(asked, read)) {
    found.set(step.query, (found.get(step.query) ?? 0) + series.length);
    yield* series;
    const isLast = step.group === groupsOf(step.query, groups).at(-1);
    if (isLast && found.get(step.query) === 0) noSeries(step.query, deps.jobs, hour, notes);
  }
}

function groupsOf(query: PrometheusQuery, groups: readonly NamespaceGroup[]): readonly NamespaceGroup[] {
  return isGrouped(query.promql) ? groups : [undefined];
}

function noSeries(query: PrometheusQuery, jobs: QueryJobs, hour: Hour, notes: Notes): void {
  if (query.id === PRESENCE_METRIC) throw noCadvisor(hour, jobs);
  if (!query.mayBeEmpty) notes.warnings.push(`"${query.id}" has no series in the hour: it has no rows`);
}

interface SeriesRequest {
  readonly query: PrometheusQuery;
  readonly group: NamespaceGroup;
  readonly run: SamplesRun;
  readonly signal: AbortSignal;
  readonly notes: Notes;
}

async function readSeries(
  { prometheus, jobs }: SamplesDeps,
  { query, group, run, signal, notes }: SeriesRequest,
): Promise<SeriesRows[]> {
  const warn = (warning: string): void => void notes.warnings.push(warning);
  const ask = askSamplesFor(prometheus, jobs, run.hour, signal, warn);
  const all: ReadSeries[] = [];
  for await (const series of ask(query, group ? [group] : [])) {
    const one = readOneSeries(query.id, series, run);
    if (one) all.push(one);
  }
  notes.answered += 1;
  return orderSeries(all, (count) => (notes.alike += count));
}

/** Reads each step in turn, and the next one already while a step's result is used. */
async function* readAhead<Step, Result>(
  steps: readonly Step[],
  read: (step: Step) => Promise<Result>,
): AsyncGenerator<readonly [Step, Result], void, undefined> {
  const [first, ...rest] = steps;
  let ahead = first === undefined ? undefined : read(first);
  for (const [at, step] of steps.entries()) {
    const result = await ahead;
    const next = rest[at];
    ahead = next === undefined ? undefined : read(next);
    // Its error is thrown when its turn comes; until then it is nobody's.
    ahead?.catch(() => undefined);
    if (result !== undefined) yield [step, result];
  }
}

/** What kube-state-metrics knows of the hour's pods: UIDs by name, nodes by UID, how many each namespace had. */
async function readPods(
  deps: SamplesDeps,
  hour: Hour,
  signal: AbortSignal,
  notes: Notes,
): Promise<{
  readonly uids: SamplesRun["uids"];
  readonly nodes: ReadonlyMap<string, string>;
  readonly counts: ReadonlyMap<string, number>;
}> {
  const uids = createPodUids();
  const nodes = new Map<string, string>();
  const counts = new Map<string, number>();
  const ask = counting(
    askFor(deps.prometheus, deps.jobs, hour, signal, (warning) => notes.warnings.push(warning)),
    () => (notes.answered += 1),
  );
  for await (const { labels } of ask(queryById(dataset.queries, "pod_info"))) {
    const [namespace, pod, uid] = [label(labels, "namespace"), label(labels, "pod"), label(labels, "uid")];
    uids.add(namespace, pod, uid);
    counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
    if (label(labels, "node") !== "") nodes.set(uid, label(labels, "node"));
  }
  if (counts.size === 0) {
    notes.warnings.push(
      '"kube_pod_info" has no series in the hour: node is null, and pod_uid where no label has it',
    );
  }
  return { uids, nodes, counts };
}

function repeatedWarning(repeated: number): string[] {
  if (repeated === 0) return [];
  return [
    `${repeated} samples were left out because another of their series has the same time: two scrapers write the same series without deduplication`,
  ];
}

function alikeWarning(alike: number): string[] {
  if (alike === 0) return [];
  return [
    `${alike} series differ from others only in labels that are not exported: they are numbered as "__series__" in labels, by the hour, not over hours`,
  ];
}
