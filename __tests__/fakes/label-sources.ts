import { readCaptured, sendCaptured } from "./captured.ts";
import { sendJson, startSource, type FakeSource } from "./http-source.ts";
import { startKubernetesApi, type FakeKubernetesApi, type FakeObject } from "./kubernetes-api.ts";

/** Values under the keys `team` and `owner`, in each source another one, so that whose value was written is seen. */
export const SECRETS = { team: "denied-team", owner: "hashed-owner" } as const;

type Labels = Readonly<Record<string, string>>;

/** A Prometheus, an OpenCost and a Kubernetes API whose every answer has the labels `team` and `owner`. */
export interface LabelSources {
  readonly prometheus: FakeSource;
  readonly openCost: FakeSource;
  readonly kubernetes: FakeKubernetesApi;
  close(): Promise<void>;
}

/** The labels and annotations of an object, as the source `from` has them. */
function own(from: string): Labels {
  return { team: `${SECRETS.team}-${from}`, owner: `${SECRETS.owner}-${from}`, tier: `plain-${from}` };
}

function prefixed(prefix: string, labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [`${prefix}${key}`, value]));
}

function uidOf(at: number): string {
  return `0000000${at}-1111-4111-8111-111111111111`;
}

/** Whatever is asked, by whichever labels: the object 0 is in the Kubernetes API, too, 1 is not any more. */
function seriesLabels(at: number): Labels {
  return {
    ...{ namespace: `web-${at}`, pod: `shop-${at}`, uid: uidOf(at), node: `n-${at}`, container: "app" },
    ...{ deployment: `d-${at}`, statefulset: `s-${at}`, daemonset: `ds-${at}`, replicaset: `r-${at}` },
    ...{ job_name: `j-${at}`, cronjob: `c-${at}`, job: "any", instance: `10.0.0.${at}:1` },
    ...{ persistentvolume: `pv-${at}`, persistentvolumeclaim: `pvc-${at}`, resource: "cpu", unit: "core" },
    ...{ phase: "Running", condition: "Ready", status: "true", UUID: `GPU-${at}`, gpu: `${at}` },
    ...{
      id: `/kubepods/burstable/pod${uidOf(at)}/abc`,
      created_by_kind: "StatefulSet",
      created_by_name: `s-${at}`,
    },
    ...{ owner_kind: "StatefulSet", owner_name: `s-${at}`, ...own("series") },
    ...prefixed("label_", own("state")),
    ...prefixed("annotation_", own("state-annotation")),
  };
}

/** Two series a metric for each object, which only `team` tells apart. */
function answer(query: string, time: number): object {
  if (!query.endsWith("[1h]")) {
    const result = [0, 1].map((at) => ({ metric: seriesLabels(at), value: [time, "1"] }));
    return {
      status: "success",
      data: {
        resultType: "vector",
        result: query.startsWith("count(") ? [{ metric: {}, value: [time, "1"] }] : result,
      },
    };
  }
  const result = [0, 1].flatMap((at) =>
    ["", "-2"].map((suffix) => ({
      metric: {
        __name__: /^\w+/.exec(query)?.[0] ?? "",
        ...seriesLabels(at),
        team: `${SECRETS.team}-raw${suffix}`,
      },
      values: [[time - 60, "1"]],
    })),
  );
  return { status: "success", data: { resultType: "matrix", result } };
}

interface Captured {
  readonly body: { readonly data: readonly Readonly<Record<string, { readonly properties: object }>>[] };
}

/** The captured allocation with labels in every field that has some. */
function allocation(): object {
  const { body } = readCaptured("opencost/ok-container-sample") as unknown as Captured;
  const labelled = (from: string) => ({
    labels: own(from),
    namespaceLabels: own(`${from}-namespace`),
    annotations: own(`${from}-annotation`),
    namespaceAnnotations: own(`${from}-namespace-annotation`),
  });
  const data = body.data.map((set) =>
    Object.fromEntries(
      Object.entries(set).map(([name, one]) => [
        name,
        { ...one, properties: { ...one.properties, ...labelled("opencost") } },
      ]),
    ),
  );
  return { ...body, data };
}

const PATHS: readonly (readonly [path: string, name: string, isNamespaced: boolean])[] = [
  ["/api/v1/pods", "shop-0", true],
  ["/api/v1/nodes", "n-0", false],
  ["/api/v1/namespaces", "web-0", false],
  ["/api/v1/persistentvolumes", "pv-0", false],
  ["/api/v1/persistentvolumeclaims", "pvc-0", true],
  ["/apis/apps/v1/deployments", "d-0", true],
  ["/apis/apps/v1/statefulsets", "s-0", true],
  ["/apis/apps/v1/daemonsets", "ds-0", true],
  ["/apis/batch/v1/jobs", "j-0", true],
  ["/apis/batch/v1/cronjobs", "c-0", true],
];

/** Starts all three on loopback ports. */
export async function startLabelSources(): Promise<LabelSources> {
  const prometheus = await startSource(({ path, params }, response) => {
    if (path === "/api/v1/status/buildinfo")
      sendCaptured(response, readCaptured("prometheus/v2.42/buildinfo"));
    else sendJson(response, 200, answer(params["query"] ?? "", Number(params["time"])));
  });
  const body = allocation();
  const openCost = await startSource(({ path }, response) => {
    if (path === "/installInfo") sendCaptured(response, readCaptured("opencost/installInfo"));
    else sendJson(response, 200, body);
  });
  const kubernetes = await startKubernetesApi();
  for (const [path, name, isNamespaced] of PATHS) {
    const object: FakeObject = {
      ...{ name, uid: uidOf(0), labels: own("kubernetes"), annotations: own("kubernetes-annotation") },
      ...(isNamespaced ? { namespace: "web-0" } : {}),
    };
    kubernetes.setObjects(path, [object]);
  }
  return {
    prometheus,
    openCost,
    kubernetes,
    close: async () => void (await Promise.all([prometheus, openCost, kubernetes].map((one) => one.close()))),
  };
}
