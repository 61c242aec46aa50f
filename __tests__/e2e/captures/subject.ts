import { PAUSE_IMAGE } from "../ground/kubernetes/images.ts";
import { NODE_NAME } from "../ground/kubernetes/addresses.ts";
import { waitUntil } from "../ground/kubernetes/kubectl.ts";
import type { ApiClient } from "../ground/kubernetes/api-client.ts";

/** The pod that is looked at, on the real node. */
export const SUBJECT = { namespace: "captures", name: "web-0", container: "web", node: NODE_NAME } as const;

const { namespace, name } = SUBJECT;

const POD = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name,
    namespace,
    labels: { app: "web", "app.kubernetes.io/name": "web", "example.com/cost.center": "cc.1" },
    annotations: { "prometheus.io/scrape": "false" },
  },
  spec: {
    nodeName: NODE_NAME,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        name: SUBJECT.container,
        image: PAUSE_IMAGE,
        imagePullPolicy: "Never",
        resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "100m", memory: "32Mi" } },
      },
    ],
  },
};

/** Starts a real pod, and waits until the kubelet measures it. */
export async function startSubject(api: ApiClient): Promise<void> {
  await api.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  const account = `/api/v1/namespaces/${namespace}/serviceaccounts/default`;
  await waitUntil("the service account", 60, async () => {
    return (await api.send("GET", account, undefined, [404])).status === 200;
  });
  await api.create(POD);
  await waitUntil("the pod to run", 60, async () => {
    const { body } = await api.send("GET", `/api/v1/namespaces/${namespace}/pods/${name}`);
    return (JSON.parse(body) as { status: { phase: string } }).status.phase === "Running";
  });
  await waitUntil("the pod to be measured", 120, async () => {
    const page = await kubeletPage(api, "metrics/cadvisor");
    const measured = page.split("\n").filter((line) => line.includes(`pod="${name}"`));
    return ["container_cpu_usage_seconds_total", "container_memory_working_set_bytes"].every((metric) =>
      measured.some((line) => line.startsWith(metric) && line.includes(`container="${SUBJECT.container}"`)),
    );
  });
}

/** Takes the pod away again, with its namespace. */
export async function removeSubject(api: ApiClient): Promise<void> {
  await api.send("DELETE", `/api/v1/namespaces/${namespace}`, undefined, [404]);
  await waitUntil("the namespace to go", 120, async () => {
    return (await api.send("GET", `/api/v1/namespaces/${namespace}`, undefined, [404])).status === 404;
  });
}

/** A page of the node's kubelet, through the API server. */
export async function kubeletPage(api: ApiClient, path: string): Promise<string> {
  const { body } = await api.send("GET", `/api/v1/nodes/${SUBJECT.node}/proxy/${path}`);
  return body;
}
