import { describe, expect, test } from "@jest/globals";
import { evaluationTime, renderPromql } from "../../../agent-src/export/promql.ts";
import type { LabelMatcher } from "../../../agent-src/export/label-matcher.ts";
import { DATASETS } from "../../../contract/datasets/index.ts";
import { selectorsOf } from "../../support/promql-selectors.ts";

const JOBS = { kubeStateMetricsJob: "kube-state-metrics" };
const CLUSTER: LabelMatcher = { label: "cluster", op: "=", value: "x" };

describe("a dictionary query, filled in", () => {
  test("names kube-state-metrics' job, because OpenCost re-emits its names", () => {
    expect(renderPromql("max(kube_pod_info{$ksm})", JOBS)).toBe(
      'max(kube_pod_info{job=~"kube-state-metrics"})',
    );
  });

  test("leaves out the cgroups that are no container", () => {
    expect(renderPromql("x{$cadvisor}[1h]", JOBS)).toBe('x{container!="", container!="POD"}[1h]');
  });

  test("names cAdvisor's job when it was given", () => {
    expect(renderPromql("x{$cadvisor}", { ...JOBS, cadvisorJob: "kubelet" })).toBe(
      'x{container!="", container!="POD", job=~"kubelet"}',
    );
  });

  test("keeps backslashes, quotes and dollars of a job's regex", () => {
    expect(renderPromql("a{$ksm} or b{$ksm}", { kubeStateMetricsJob: 'a\\.b"$&' })).toBe(
      'a{job=~"a\\\\.b\\"$&"} or b{job=~"a\\\\.b\\"$&"}',
    );
  });

  test("takes every job's series where it says so", () => {
    expect(renderPromql('a{$all}[1h] + b{$all, c="d"}', JOBS)).toBe('a[1h] + b{c="d"}');
    expect(renderPromql('a{$all}[1h] + b{$all, c="d"}', { ...JOBS, matchers: [CLUSTER] })).toBe(
      'a{cluster="x"}[1h] + b{cluster="x", c="d"}',
    );
  });

  test("takes nothing in a matcher for a placeholder or an empty one", () => {
    const value = 'a\\"$ksm$&{$all}{$all, {}';
    expect(renderPromql("a{$all} + b{$ksm}", JOBS, [{ label: "n", op: "!~", value }])).toBe(
      'a{n!~"a\\\\\\"$ksm$&{$all}{$all, {}"} + b{job=~"kube-state-metrics", n!~"a\\\\\\"$ksm$&{$all}{$all, {}"}',
    );
  });
});

describe.each(DATASETS.filter(({ queries }) => queries.length > 0))(
  "every selector of every query of $name",
  ({ queries }) => {
    const part: LabelMatcher = { label: "namespace", op: "=~", value: "[a-m].*" };

    test.each(queries)(
      "in $id carries the matchers of a shared store and of a part",
      ({ promql, metrics }) => {
        const jobs = { ...JOBS, cadvisorJob: "kubelet", matchers: [CLUSTER] };
        const selectors = selectorsOf(renderPromql(promql, jobs, [part]));
        expect(new Set(selectors.map(({ metric }) => metric))).toEqual(new Set(metrics));
        for (const { matchers } of selectors) {
          expect(matchers).toEqual(expect.arrayContaining(['cluster="x"', 'namespace=~"[a-m].*"']));
        }
      },
    );

    test.each(queries)(
      "in $id is the same without them, and has no placeholder left",
      ({ promql, metrics }) => {
        const rendered = renderPromql(promql, JOBS);
        expect(rendered).not.toMatch(/\$|\{[,}]/);
        expect(new Set(selectorsOf(rendered).map(({ metric }) => metric))).toEqual(new Set(metrics));
      },
    );
  },
);

describe("the selectors of an expression", () => {
  test.each([
    ["up", [["up"]]],
    ["sum by (a, b) (rate(x:y{a='}\"', b!~`c`}[5m:1m] offset 5m))", [["x:y", "a='}\"'", "b!~`c`"]]],
    ['a * on (x) group_left (y) b{c="d"} and max(e) by (f) > bool 2', [["a"], ["b", 'c="d"'], ["e"]]],
  ])("%s", (promql, expected) => {
    expect(selectorsOf(promql).map(({ metric, matchers }) => [metric, ...matchers])).toEqual(expected);
  });

  test.each(["{a='b'}", "a{b='c'", "sum by (a", "a{b='c' d='e'}", "a # comment", 'a{b="c}'])(
    "%s is not passed over",
    (promql) => {
      expect(() => selectorsOf(promql)).toThrow();
    },
  );
});

test("an hour is evaluated one millisecond before its end, in seconds", () => {
  expect(evaluationTime(1795341600)).toBe(1795345199.999);
});
