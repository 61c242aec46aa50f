import { describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { uidFromCgroup } from "../../agent-src/export/cgroup-uid.ts";
import { cadvisorSeries } from "../e2e/ground/generator/cadvisor-series.ts";
import { generateCluster } from "../e2e/ground/generator/generate.ts";
import { kubeStateSeries } from "../e2e/ground/generator/kube-state-series.ts";
import { prefixedLabels } from "../e2e/ground/generator/label-text.ts";
import { samplesAt } from "../e2e/ground/population/compare.ts";
import { parseSamples, type Sample } from "../e2e/ground/population/samples.ts";
import { populatedInstant } from "../e2e/ground/population/snapshot.ts";

const CAPTURES = join(import.meta.dirname, "../fixtures/captures");

function read(file: string): string {
  return readFileSync(join(CAPTURES, file), "utf8");
}

interface KubeObject {
  readonly metadata: { readonly uid: string; readonly labels: Record<string, string> };
}

const pod = JSON.parse(read("kubernetes-api/pod.json")) as KubeObject & { status: { phase: string } };
const node = JSON.parse(read("kubernetes-api/node.json")) as KubeObject;
const events = JSON.parse(read("kubernetes-api/events.json")) as {
  items: { involvedObject: { uid: string }; reason: string }[];
};
// cAdvisor adds a time to its samples, which Prometheus drops by default for such metrics.
const cadvisor = parseSamples(read("kubelet/cadvisor.txt").replace(/ 1767225600000$/gm, ""));
const state = parseSamples(read("kube-state-metrics/metrics.txt"));

const plan = generateCluster({ seed: "1", pods: 60, hours: 3 });
const at = populatedInstant(plan);

function labelNames(samples: readonly Sample[], metric: string): string[] {
  const names = samples
    .filter((sample) => sample.metric === metric)
    .flatMap(({ labels }) => Object.keys(labels));
  return [...new Set(names)].filter((name) => !/^(job|instance|label_.*)$/.test(name)).sort();
}

describe("a real pod, as API server, kubelet and kube-state-metrics tell it", () => {
  test("has one uid: the one that the agent reads out of the kubelet's cgroups", () => {
    const inKubelet = cadvisor.map(({ labels }) => uidFromCgroup(labels["id"] ?? ""));
    expect(inKubelet.length).toBeGreaterThan(20);
    expect([...new Set(inKubelet)]).toEqual([pod.metadata.uid]);
    const inState = state.flatMap(({ labels }) => labels["uid"] ?? []);
    expect([...new Set(inState)]).toEqual([pod.metadata.uid]);
    const summary = JSON.parse(read("kubelet/stats-summary.json")) as { pods: { podRef: { uid: string } }[] };
    expect(summary.pods.map(({ podRef }) => podRef.uid)).toEqual([pod.metadata.uid]);
  });

  test("ran, and its events say how it came to run", () => {
    expect(pod.status.phase).toBe("Running");
    expect(events.items.map(({ reason }) => reason)).toEqual(
      expect.arrayContaining(["Created", "Pulled", "Started"]),
    );
    expect(new Set(events.items.map(({ involvedObject }) => involvedObject.uid)).size).toBe(1);
    const running = state.find(({ metric }) => metric === "kube_pod_container_status_running");
    expect(running?.value).toBe(1);
  });

  test("labels with dots and slashes are named as the generator names them", () => {
    const labelsOf = (metric: string): [string, string][] =>
      Object.entries(state.find((sample) => sample.metric === metric)?.labels ?? {}).filter(([name]) =>
        name.startsWith("label_"),
      );
    expect(Object.fromEntries(labelsOf("kube_pod_labels"))).toEqual(
      prefixedLabels("label", pod.metadata.labels),
    );
    expect(Object.fromEntries(labelsOf("kube_node_labels"))).toEqual(
      prefixedLabels("label", node.metadata.labels),
    );
  });

  test.each([
    "kube_pod_container_resource_requests",
    "kube_pod_container_resource_limits",
    "kube_pod_container_status_running",
    "kube_pod_container_status_restarts_total",
    "kube_pod_owner",
    "kube_pod_labels",
    "kube_node_labels",
    "kube_namespace_labels",
  ])("%s has the labels that the generator gives it", (metric) => {
    const generated = labelNames(samplesAt(kubeStateSeries(plan), at), metric);
    expect(generated.length).toBeGreaterThan(0);
    expect(labelNames(state, metric)).toEqual(generated);
  });

  test("the kubelet's containers have every label that the generator's have, and image and name besides", () => {
    const generated = samplesAt(plan.pods.flatMap(cadvisorSeries), at);
    for (const metric of ["container_memory_working_set_bytes", "container_cpu_usage_seconds_total"]) {
      const real = labelNames(
        cadvisor.filter(({ labels }) => labels["container"] === "web"),
        metric,
      );
      expect(real.filter((name) => name !== "image" && name !== "name")).toEqual(
        labelNames(generated, metric),
      );
    }
  });
});
