import { describe, expect, test } from "@jest/globals";
import { splitLabels } from "../../../agent-src/export/split-labels.ts";
import { DATASETS } from "../../../contract/datasets/index.ts";

describe("labels by which a query can be asked in parts", () => {
  test.each([
    ["max by (namespace, pod) (x{$ksm})", ["namespace"]],
    ["max(x{$ksm}) by (node)", ["node"]],
    ["sum by (node) (max by (node, namespace) (x{$all}))", ["node"]],
    ["x{$all}[1h]", ["namespace", "node", "instance", "persistentvolume"]],
    ["max by (namespace) (60 * sum_over_time((x{$ksm} offset -59999ms)[1h:1m]) and count_over_time(x{$ksm}[1h])) > 0", ["namespace"]], // prettier-ignore
    ["a{$ksm} * on (namespace, pod) group_left (node) b{$ksm}", ["namespace"]],
    ["a{$ksm} / ignoring (instance) b{$ksm}", ["namespace", "node", "persistentvolume"]],
    ["sum without (instance) (a{$ksm})", ["namespace", "node", "persistentvolume"]],
  ])("%s", (promql, labels) => {
    expect(splitLabels(promql)).toEqual(labels);
  });

  test.each([
    ["counts them all", "count(x{$ksm})"],
    ["counts what was apart", "count(max by (namespace) (x{$ksm}) == 1)"],
    ["takes the largest", "topk(5, x{$ksm})"],
    ["takes the largest by a label", "topk by (namespace) (5, x{$ksm})"],
    ["invents a series", "absent(x{$ksm})"],
    ["invents a series over time", "absent_over_time(x{$ksm}[1h])"],
    ["makes a number of it", "scalar(x{$ksm})"],
    ["makes a series of a number", "x{$ksm} or vector(0)"],
    ["changes the label", 'label_replace(x{$ksm}, "namespace", "$1", "pod", "(.*)")'],
    ["reads several series", "histogram_quantile(0.9, x{$ksm})"],
    ["matches on another label", "a{$ksm} * on (uid) b{$ksm}"],
    ["has a selector without a placeholder", "x"],
    ["calls what is not known", "made_up(x{$ksm})"],
  ])("there are none where a query %s", (_, promql) => {
    expect(splitLabels(promql)).toEqual([]);
  });

  test("each query of the dictionary has one, but those that count the whole cluster", () => {
    const whole = DATASETS.flatMap(({ name, queries }) =>
      queries.filter(({ promql }) => splitLabels(promql).length === 0).map(({ id }) => `${name}/${id}`),
    );
    expect(whole.sort()).toEqual([
      "allocation/running_containers",
      "namespace/presence",
      "node/presence",
      "persistent_volume/presence",
      "persistent_volume_claim/presence",
      "pod/copies",
      "pod/presence",
      "workload/presence",
    ]);
  });

  test("every query that has one groups by it wherever it groups", () => {
    for (const { promql } of DATASETS.flatMap(({ queries }) => queries)) {
      const groups = [...promql.matchAll(/\bby \(([^)]*)\)/g)].map(([, list = ""]) => list.split(", "));
      for (const label of splitLabels(promql)) for (const group of groups) expect(group).toContain(label);
    }
  });
});
