import { describe, expect, test } from "@jest/globals";
import { generateCluster } from "../../e2e/ground/generator/generate.ts";
import { kubeStateSeries } from "../../e2e/ground/generator/kube-state-series.ts";
import { compareSamples, populationSamples, samplesAt } from "../../e2e/ground/population/compare.ts";
import { parseSamples, type Sample } from "../../e2e/ground/population/samples.ts";
import { takeSnapshot } from "../../e2e/ground/population/snapshot.ts";

const plan = generateCluster({ seed: "1", pods: 60, hours: 3 });
const { at } = takeSnapshot(plan);
const generated = samplesAt(kubeStateSeries(plan), at);
const indexOf = (metric: string): number => generated.findIndex((sample) => sample.metric === metric);

/** The samples with one of `metric` replaced by what `change` makes of it. */
function changed(metric: string, change: (sample: Sample) => readonly Sample[]): Sample[] {
  const index = indexOf(metric);
  return generated.flatMap((sample, at) => (at === index ? change(sample) : [sample]));
}

describe("comparing a generated cluster with the live one", () => {
  test("the same is the same, whatever uid and scrape say", () => {
    const live = generated.map((sample, index) => ({
      ...sample,
      labels: { ...sample.labels, uid: `uid-${index}`, instance: "elsewhere" },
    }));
    const { differences, sums } = compareSamples(generated, live);
    expect(differences).toEqual([]);
    expect(sums.every(({ generated: { series } }) => series > 0)).toBe(true);
    expect(sums.map(({ live: ofLive }) => ofLive)).toEqual(sums.map(({ generated: ofPlan }) => ofPlan));
  });

  test.each([
    ["a series that is missing", "kube_pod_info", () => [], /is not in the live cluster/],
    [
      "a value that is off",
      "kube_pod_container_resource_requests",
      (sample: Sample) => [{ ...sample, value: sample.value * 1.001 }],
      /the live cluster says/,
    ],
    [
      "a label that is another",
      "kube_node_labels",
      (sample: Sample) => [{ ...sample, labels: { ...sample.labels, label_kubernetes_io_arch: "arm64" } }],
      /is in the live cluster only/,
    ],
    ["a series that is there twice", "kube_pod_labels", (sample: Sample) => [sample, sample], /"1,1"/],
    [
      "a label that is new",
      "kube_persistentvolumeclaim_info",
      (sample: Sample) => [{ ...sample, labels: { ...sample.labels, new_label: "1" } }],
      /new_label="1"/,
    ],
  ])("%s is told", (_, metric, change: (sample: Sample) => readonly Sample[], says) => {
    const { differences } = compareSamples(generated, changed(metric, change));
    expect(
      differences.some((difference) => difference.startsWith(`${metric}{`) && says.test(difference)),
    ).toBe(true);
  });
});

describe("a scraped page", () => {
  const page = [
    "# HELP kube_pod_info [STABLE] Information about pod.",
    'kube_pod_labels{namespace="a",pod="ours",uid="1",label_ground_example_com_population="seed-1"} 1',
    'kube_pod_labels{namespace="b",pod="ours",uid="2"} 1',
    'kube_pod_info{namespace="a",pod="ours",uid="1",created_by_name="quote \\" and \\\\ backslash"} 1',
    'kube_pod_info{namespace="b",pod="ours",uid="2"} 1',
    'kube_node_status_capacity{node="other",resource="cpu",unit="core"} 4',
    'kube_persistentvolume_capacity_bytes{persistentvolume="orphan"} 1.073741824e+11',
  ].join("\n");

  test("is read with its escapes", () => {
    expect(parseSamples(page)).toHaveLength(6);
    expect(parseSamples(page)[2]?.labels["created_by_name"]).toBe('quote " and \\ backslash');
    expect(parseSamples(page)[5]?.value).toBe(107374182400);
  });

  test("of other pods of the same name and of other nodes nothing is taken", () => {
    const taken = populationSamples(parseSamples(page), "seed-1");
    expect(taken.map(({ metric, labels }) => [metric, labels["uid"]])).toEqual([
      ["kube_pod_labels", "1"],
      ["kube_pod_info", "1"],
      ["kube_persistentvolume_capacity_bytes", undefined],
    ]);
  });
});
