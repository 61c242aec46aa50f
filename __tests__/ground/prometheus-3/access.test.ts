import { describe, expect, test } from "@jest/globals";
import {
  accessObjects,
  stateMetricsService,
  STATE_METRICS_LABEL,
} from "../../e2e/ground/prometheus-3/access.ts";

interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly rules?: readonly { readonly resources: readonly string[]; readonly verbs: readonly string[] }[];
  readonly roleRef?: { readonly name: string };
  readonly endpoints?: readonly { readonly addresses: readonly string[] }[];
}

function objects(list: readonly object[]): readonly KubernetesObject[] {
  return list as readonly KubernetesObject[];
}

describe("the live Prometheus in the cluster", () => {
  test("may list and watch what it discovers, read kubelets' metrics, and nothing else", () => {
    const role = objects(accessObjects()).find(({ kind }) => kind === "ClusterRole");
    const granted = role?.rules?.flatMap(({ resources, verbs }) =>
      resources.map((resource) => `${resource}: ${verbs.join(", ")}`),
    );
    expect(granted).toEqual([
      "nodes: list, watch",
      "pods: list, watch",
      "services: list, watch",
      "endpointslices: list, watch",
      "nodes/metrics: get",
    ]);
  });

  test("has that role, and no other", () => {
    const bindings = objects(accessObjects()).filter(({ kind }) => kind.endsWith("Binding"));
    expect(bindings.map(({ roleRef }) => roleRef?.name)).toEqual(["ground:prometheus"]);
  });

  test("finds kube-state-metrics by its Service's label, at an address that a pod could reach, too", () => {
    const [service, slice] = objects(stateMetricsService());
    expect(service?.metadata.labels).toEqual(STATE_METRICS_LABEL);
    expect(slice?.metadata.labels?.["kubernetes.io/service-name"]).toBe(service?.metadata.name);
    expect(slice?.endpoints?.[0]?.addresses).toEqual(["10.99.0.1"]);
  });
});
