import { beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GPU_METRICS } from "../../../contract/datasets/gpu-metrics.ts";
import { keepList } from "../../../contract/datasets/index.ts";
import { generateCluster } from "../../e2e/ground/generator/generate.ts";
import { clusterSeries, SCRAPE_SECONDS } from "../../e2e/ground/generator/series.ts";
import { labelOf, readExposition } from "../../e2e/ground/history/exposition.ts";
import type { LivingSeries } from "../../e2e/ground/history/lifetimes.ts";
import { writeOpenMetrics } from "../../e2e/ground/history/open-metrics.ts";
import { parseLabels } from "../../e2e/ground/opencost/history.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures");
const plan = generateCluster({ seed: "1", pods: 200, hours: 3 });

describe("the series of a generated cluster", () => {
  let series: LivingSeries[];
  const seriesOf = (metric: string): LivingSeries[] => series.filter((one) => one.metric === metric);
  beforeAll(() => {
    series = clusterSeries(plan);
  });

  test("are what the agent reads, all but what rarely exists and fields that dcgm-exporter has off by default", () => {
    const written = new Set(series.map(({ metric }) => metric));
    const off = GPU_METRICS.filter(({ onByDefault }) => !onByDefault).map(({ metric }) => metric);
    expect(off.filter((metric) => written.has(metric))).toEqual([]);
    expect(keepList().filter((metric) => !written.has(metric) && !off.includes(metric))).toEqual([
      "kube_persistentvolume_labels",
      "kube_persistentvolumeclaim_labels",
      "kube_pod_completion_time",
      "kube_pod_container_status_terminated_reason",
      "kube_pod_init_container_info",
      "kube_pod_status_reason",
    ]);
  });

  test.each(["history", "opencost-history"])("are labelled like what was really exposed: %s", (directory) => {
    const written = labelNames(series.map(({ metric, labels }) => ({ metric, labels })));
    for (const page of ["kube-state-metrics", "opencost"]) {
      const real = labelNames(readExposition(join(FIXTURES, directory, `${page}.txt.gz`)));
      // Which Kubernetes labels there are is each cluster's own business.
      const unknown = [...real].flatMap(([metric, names]) =>
        [...(written.get(metric) ?? [])]
          .filter((name) => !names.has(name) && !/^(label|annotation)_|^(job|instance)$/.test(name))
          .map((name) => `${metric}{${name}}`),
      );
      expect(unknown).toEqual([]);
    }
  });

  test("are all different, so that no counter of one pod is taken for another's", () => {
    const several = clusterSeries(generateCluster({ seed: "1", pods: 2000, hours: 1 }));
    const names = new Set(several.map(({ metric, labels }) => `${metric}{${labels}}`));
    expect(names.size).toBe(several.length);
  });

  test("of a restarted container are two, with an id and a counter each", () => {
    const pod = generateCluster({ seed: "1", pods: 2000, hours: 3 }).pods.find(({ containers }) =>
      containers.some(({ restartedAt }) => restartedAt !== undefined),
    );
    if (!pod) throw new Error("no pod has a restarted container");
    const container = pod.containers[0]?.name;
    const counters = clusterSeries({ ...plan, pods: [pod] }).filter(
      ({ metric, labels }) =>
        metric === "container_cpu_usage_seconds_total" && labelOf(labels, "container") === container,
    );
    expect(new Set(counters.map(({ labels }) => labelOf(labels, "id"))).size).toBe(2);
    expect(counters.map(({ value, from }) => value(from))).toEqual([0, 0]);
  });

  test("of GPUs are there for each GPU at every instant, with a workload or without", () => {
    const used = seriesOf("DCGM_FI_DEV_FB_USED");
    const nodes = plan.nodes.filter(({ gpuSharing }) => gpuSharing !== "none");
    for (let at = plan.from; at < plan.until; at += 300) {
      const there = used.filter(({ from, until }) => from <= at && at < until);
      expect(new Set(there.map(({ labels }) => labelOf(labels, "UUID"))).size).toBe(nodes.length * 4);
      const idle = there.filter(({ labels }) => labelOf(labels, "pod") === undefined);
      const busy = new Set(there.filter((one) => !idle.includes(one)).map(uuidOf));
      expect(idle.filter((one) => busy.has(uuidOf(one)))).toEqual([]);
    }
  });

  test("are written as a history with a sample each scrape", () => {
    const directory = mkdtempSync(join(tmpdir(), "container-insights-generator-"));
    const file = join(directory, "history.om");
    const some = series.filter(({ metric }) => metric === "kube_pod_labels");
    const samples = writeOpenMetrics(file, some, SCRAPE_SECONDS);
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    rmSync(directory, { recursive: true });
    expect(lines.pop()).toBe("# EOF");
    expect(lines).toHaveLength(samples);
    expect(samples).toBe(some.reduce((sum, { from, until }) => sum + (until - from) / SCRAPE_SECONDS, 0));
    expect(lines[0]).toContain('label_example_com_cost_center="cc.');
  });
});

function uuidOf({ labels }: LivingSeries): string | undefined {
  return labelOf(labels, "UUID");
}

function labelNames(
  samples: readonly { readonly metric: string; readonly labels: string }[],
): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>();
  for (const { metric, labels } of samples) {
    const known = names.get(metric) ?? new Set<string>();
    for (const name of Object.keys(parseLabels(labels))) known.add(name);
    names.set(metric, known);
  }
  return names;
}
