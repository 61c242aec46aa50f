import { describe, expect, test } from "@jest/globals";
import { evaluationTime, renderPromql } from "../../../agent-src/export/promql.ts";
import { DATASETS } from "../../../contract/datasets/index.ts";

const JOBS = { kubeStateMetricsJob: "kube-state-metrics" };

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

  test("has no placeholder left in any dataset", () => {
    for (const query of DATASETS.flatMap((dataset) => dataset.queries)) {
      expect(renderPromql(query.promql, JOBS)).not.toMatch(/\$/);
    }
  });
});

test("an hour is evaluated one millisecond before its end, in seconds", () => {
  expect(evaluationTime(1795341600)).toBe(1795345199.999);
});
