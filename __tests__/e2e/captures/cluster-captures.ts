import { keepList } from "../../../contract/datasets/index.ts";
import { PORTS } from "../ground/kubernetes/addresses.ts";
import { KUBERNETES_VERSIONS } from "../ground/kubernetes/binaries.ts";
import { openApiServer, type ApiClient } from "../ground/kubernetes/api-client.ts";
import { parseSamples } from "../ground/population/samples.ts";
import type { Capture, Taken } from "./capture.ts";
import type { Scrubber } from "./scrub.ts";
import { kubeletPage, SUBJECT } from "./subject.ts";

const { namespace, name, node } = SUBJECT;
/** What OpenCost reads besides. */
const LABELS = [
  "kube_pod_owner",
  "kube_pod_labels",
  "kube_pod_annotations",
  "kube_node_labels",
  "kube_namespace_labels",
];
const NEEDS = ["node", "kube-state-metrics"];

/** What a real cluster says of a real pod: API server, kubelet and kube-state-metrics. */
export function clusterCaptures(scrubber: Scrubber): Capture[] {
  const { kubernetes, kubeStateMetrics } = KUBERNETES_VERSIONS;
  const withApi = (take: (api: ApiClient) => Promise<Taken>) => async (): Promise<Taken> => {
    const api = openApiServer();
    try {
      return await take(api);
    } finally {
      api.close();
    }
  };
  return [
    {
      name: "kubernetes-api",
      of: "a pod on a real node, that node, and the pod's events",
      origin: "captured",
      version: kubernetes,
      command: [`pod ${name}`, `node ${node}`, "events"]
        .map((what) => `kubectl get ${what} --namespace ${namespace} --output json`)
        .join("; "),
      needs: NEEDS,
      take: withApi((api) => takeApi(api, scrubber)),
    },
    {
      name: "kubelet",
      of: "/metrics/cadvisor and /stats/summary about that pod, the metrics that the dictionary reads",
      origin: "captured",
      version: kubernetes,
      command: ["metrics/cadvisor", "stats/summary"]
        .map((page) => `kubectl get --raw /api/v1/nodes/${node}/proxy/${page}`)
        .join("; "),
      needs: NEEDS,
      take: withApi((api) => takeKubelet(api, scrubber)),
    },
    {
      name: "kube-state-metrics",
      of: "/metrics about that pod, its node and its namespace",
      origin: "captured",
      version: kubeStateMetrics,
      command: `curl http://127.0.0.1:${PORTS.stateMetrics}/metrics`,
      needs: NEEDS,
      take: () => takeStateMetrics(scrubber),
    },
  ];
}

async function takeApi(api: ApiClient, scrubber: Scrubber): Promise<Taken> {
  const read = async (path: string): Promise<unknown> => JSON.parse((await api.send("GET", path)).body);
  const { gitVersion } = (await read("/version")) as { gitVersion: string };
  const ofPod = new URLSearchParams({ fieldSelector: `involvedObject.name=${name}` });
  const events = (await read(`/api/v1/namespaces/${namespace}/events?${ofPod}`)) as {
    items: { reason: string }[];
  };
  events.items.sort((a, b) => (a.reason < b.reason ? -1 : 1));
  return {
    version: gitVersion.replace(/^v/, ""),
    files: {
      "pod.json": scrubber.json(await read(`/api/v1/namespaces/${namespace}/pods/${name}`)),
      "node.json": scrubber.json(await read(`/api/v1/nodes/${node}`)),
      "events.json": scrubber.json(events),
    },
  };
}

async function takeKubelet(api: ApiClient, scrubber: Scrubber): Promise<Taken> {
  const { body } = await api.send("GET", `/api/v1/nodes/${node}`);
  const { status } = JSON.parse(body) as { status: { nodeInfo: { kubeletVersion: string } } };
  const page = await kubeletPage(api, "metrics/cadvisor");
  const summary = JSON.parse(await kubeletPage(api, "stats/summary")) as {
    node: { nodeName: string };
    pods: { podRef: { name: string } }[];
  };
  const { nodeName } = summary.node;
  const pods = summary.pods.filter(({ podRef }) => podRef.name === name);
  return {
    version: status.nodeInfo.kubeletVersion.replace(/^v/, ""),
    files: {
      "cadvisor.txt": scrubber.text(excerpt(page, (line) => line.includes(`pod="${name}"`))),
      "stats-summary.json": scrubber.json({ node: { nodeName }, pods }),
    },
  };
}

async function takeStateMetrics(scrubber: Scrubber): Promise<Taken> {
  const read = async (port: number): Promise<string> =>
    (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const build = parseSamples(await read(PORTS.stateMetricsSelf)).find(
    ({ metric }) => metric === "kube_state_metrics_build_info",
  );
  const isWanted = (line: string): boolean =>
    line.includes(`namespace="${namespace}"`) || line.startsWith(`kube_node_labels{node="${node}"`);
  const page = excerpt(await read(PORTS.stateMetrics), isWanted, [...keepList(), ...LABELS]);
  return {
    version: (build?.labels["version"] ?? "unknown").replace(/^v/, ""),
    files: { "metrics.txt": scrubber.text(page) },
  };
}

/** The lines that are wanted, of the metrics that the dictionary reads or of others, with their HELP and TYPE, in one order. */
export function excerpt(
  page: string,
  isWanted: (line: string) => boolean,
  metrics: readonly string[] = keepList(),
): string {
  const lines = page.split("\n");
  return metrics
    .flatMap((metric) => {
      const samples = lines.filter((line) => line.startsWith(`${metric}{`) && isWanted(line)).sort();
      const about = lines.filter((line) => line.startsWith("# ") && line.split(" ")[2] === metric);
      return samples.length === 0 ? [] : [...about, ...samples];
    })
    .map((line) => `${line}\n`)
    .join("");
}
