import pMap from "p-map";
import {
  CROSS_CHECK_QUERIES,
  type CrossCheckQueryName,
} from "../../../contract/datasets/cross-check-queries.ts";
import { SECONDS_PER_HOUR, type Hour } from "../../../contract/hours.ts";
import type { InstantSample, Labels } from "../../adapters/prometheus/sample.ts";
import { label } from "../queries.ts";
import { askSamples, type HourQuestions } from "./ask-samples.ts";
import {
  containerKey,
  podKey,
  type ClaimHour,
  type ClusterHour,
  type ContainerHour,
  type NodeHour,
  type PodHour,
} from "./cluster-hour.ts";

/** OpenCost looks every five minutes. What it saw once only gets half of that on each side, within the hour. */
const RESOLUTION_SECONDS = 300;

const CONCURRENCY = 2;

/**
 * Asks for everything that an hour's allocation is recomputed from.
 * @throws what the source throws: TransientError, ConfigError
 */
export async function readClusterHour(questions: HourQuestions): Promise<ClusterHour> {
  const names = Object.keys(CROSS_CHECK_QUERIES) as CrossCheckQueryName[];
  const answers = new Map<CrossCheckQueryName, readonly InstantSample[]>();
  await pMap(
    names,
    async (name) =>
      answers.set(name, await askSamples(questions, `cross-check ${name}`, CROSS_CHECK_QUERIES[name])),
    { concurrency: CONCURRENCY },
  );
  return joinAnswers((name) => answers.get(name) ?? [], questions.hour);
}

/** The samples of a query. */
export type Answers = (name: CrossCheckQueryName) => readonly InstantSample[];

/** Joins the answers to the cluster's queries. */
export function joinAnswers(answers: Answers, hour: Hour): ClusterHour {
  return {
    pods: joinPods(answers, hour),
    containers: joinContainers(answers),
    nodes: joinNodes(answers, hour),
    claims: joinClaims(answers),
  };
}

const ofPod = (labels: Labels): string => podKey(label(labels, "namespace"), label(labels, "pod"));
const ofNode = (labels: Labels): string => label(labels, "node");
const ofClaim = (labels: Labels): string =>
  podKey(label(labels, "namespace"), label(labels, "persistentvolumeclaim"));
const ofContainer = (labels: Labels): string =>
  containerKey(label(labels, "namespace"), label(labels, "pod"), label(labels, "container"));

/** Values by key; NaN and the infinities are no measurement. */
function byKey(
  samples: readonly InstantSample[],
  keyOf: (labels: Labels) => string,
): ReadonlyMap<string, number> {
  const finite = samples.filter(({ value }) => Number.isFinite(value));
  return new Map(finite.map(({ labels, value }) => [keyOf(labels), value]));
}

/** Hours between the first and the last instant, which lie in the closed hour. */
function hoursSeen(first: number, last: number, hour: Hour): number {
  if (first < last) return (last - first) / SECONDS_PER_HOUR;
  const start = Math.max(hour, first - RESOLUTION_SECONDS / 2);
  const end = Math.min(hour + SECONDS_PER_HOUR, last + RESOLUTION_SECONDS / 2);
  return (end - start) / SECONDS_PER_HOUR;
}

function joinPods(answers: Answers, hour: Hour): Map<string, PodHour> {
  const last = byKey(answers("podLastSeen"), ofPod);
  const nodes = new Map(answers("podNode").map(({ labels }) => [ofPod(labels), label(labels, "node")]));
  const pods = new Map<string, PodHour>();
  for (const [key, first] of byKey(answers("podFirstSeen"), ofPod)) {
    const node = nodes.get(key);
    pods.set(key, {
      hours: hoursSeen(first, last.get(key) ?? first, hour),
      node: node === "" ? undefined : node,
    });
  }
  return pods;
}

function joinContainers(answers: Answers): Map<string, ContainerHour> {
  const values = {
    cpu: byKey(answers("cpuRequested"), ofContainer),
    memory: byKey(answers("memoryRequested"), ofContainer),
    gpu: byKey(answers("gpuRequested"), ofContainer),
    cpuLarger: byKey(answers("cpuLarger"), ofContainer),
    memoryLarger: byKey(answers("memoryLarger"), ofContainer),
    cpuMeasured: byKey(answers("cpuMeasured"), ofContainer),
    memoryMeasured: byKey(answers("memoryMeasured"), ofContainer),
    gpuMeasured: byKey(answers("gpuMeasured"), ofContainer),
  };
  const containers = new Map<string, ContainerHour>();
  for (const name of CONTAINER_QUERIES) {
    for (const { labels } of answers(name)) {
      const key = ofContainer(labels);
      if (containers.has(key) || label(labels, "container") === "") continue;
      containers.set(key, {
        namespace: label(labels, "namespace"),
        pod: label(labels, "pod"),
        container: label(labels, "container"),
        requested: {
          cpu: values.cpu.get(key) ?? 0,
          memory: values.memory.get(key) ?? 0,
          gpu: values.gpu.get(key) ?? 0,
        },
        // cAdvisor knows nothing of GPUs, and requests nothing of how many slices a shared one has.
        byCadvisor: {
          cpu: values.cpuLarger.get(key),
          memory: values.memoryLarger.get(key),
          gpu: values.gpuMeasured.get(key),
        },
        byExporter: {
          cpu: values.cpuMeasured.get(key),
          memory: values.memoryMeasured.get(key),
          gpu: values.gpuMeasured.get(key),
        },
      });
    }
  }
  return containers;
}

const CONTAINER_QUERIES = [
  "cpuLarger",
  "memoryLarger",
  "cpuMeasured",
  "memoryMeasured",
  "gpuRequested",
] as const;

function joinNodes(answers: Answers, hour: Hour): Map<string, NodeHour> {
  const last = byKey(answers("nodeLastSeen"), ofNode);
  const [cpu, memory, gpu] = (["cpuPrice", "memoryPrice", "gpuPrice"] as const).map((name) =>
    byKey(answers(name), ofNode),
  );
  const [cores, bytes, gpus] = (["cpuCapacity", "memoryCapacity", "gpuCapacity"] as const).map((name) =>
    byKey(answers(name), ofNode),
  );
  const nodes = new Map<string, NodeHour>();
  for (const [name, first] of byKey(answers("nodeFirstSeen"), ofNode)) {
    nodes.set(name, {
      hours: hoursSeen(first, last.get(name) ?? first, hour),
      price: { cpu: cpu?.get(name) ?? 0, memory: memory?.get(name) ?? 0, gpu: gpu?.get(name) ?? 0 },
      capacity: { cpu: cores?.get(name), memory: bytes?.get(name), gpu: gpus?.get(name) },
    });
  }
  return nodes;
}

function joinClaims(answers: Answers): ClaimHour[] {
  const prices = byKey(answers("volumePrice"), (labels) => label(labels, "volumename"));
  const bytes = byKey(answers("claimBytes"), ofClaim);
  const pods = new Map<string, string[]>();
  for (const { labels } of answers("claimPods")) {
    const claim = ofClaim(labels);
    pods.set(claim, [...(pods.get(claim) ?? []), ofPod(labels)]);
  }
  return answers("claimVolume").map(({ labels }) => ({
    bytes: bytes.get(ofClaim(labels)) ?? 0,
    price: prices.get(label(labels, "volumename")) ?? 0,
    pods: pods.get(ofClaim(labels)) ?? [],
  }));
}
