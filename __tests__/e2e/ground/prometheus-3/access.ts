import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { NODE_ADDRESS, PORTS } from "../kubernetes/addresses.ts";
import { kubectl } from "../kubernetes/kubectl.ts";
import { applyObjects } from "../kubernetes/objects.ts";

/** Who Prometheus is in the cluster. */
export const NAMESPACE = "monitoring";
export const SERVICE_ACCOUNT = "prometheus";

/** By this label Prometheus knows kube-state-metrics among the Services, as its chart sets it. */
export const STATE_METRICS_LABEL = { "app.kubernetes.io/name": "kube-state-metrics" } as const;

const RBAC = "rbac.authorization.k8s.io";
const NAME = "ground:prometheus";
// The API server gives out none that lasts longer.
const TOKEN_LIFE = "48h";

/** The rights of a Prometheus that discovers nodes, pods and Services, and reads the kubelets' metrics. No more. */
export function accessObjects(): readonly object[] {
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: SERVICE_ACCOUNT, namespace: NAMESPACE } },
    {
      apiVersion: `${RBAC}/v1`,
      kind: "ClusterRole",
      metadata: { name: NAME },
      rules: [
        { apiGroups: [""], resources: ["nodes", "pods", "services"], verbs: ["list", "watch"] },
        { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
        // The kubelet asks the API server whether the bearer may read its /metrics.
        { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
      ],
    },
    {
      apiVersion: `${RBAC}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: NAME },
      roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: NAME },
      subjects: [{ kind: "ServiceAccount", name: SERVICE_ACCOUNT, namespace: NAMESPACE }],
    },
  ];
}

/** kube-state-metrics runs beside the cluster; its Service leads to it through the node's door. */
export function stateMetricsService(): readonly object[] {
  const metadata = { name: "kube-state-metrics", namespace: NAMESPACE, labels: STATE_METRICS_LABEL };
  const port = { name: "http", port: PORTS.stateMetrics, protocol: "TCP" };
  return [
    { apiVersion: "v1", kind: "Service", metadata, spec: { ports: [port] } },
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: {
        name: "kube-state-metrics-ground",
        namespace: NAMESPACE,
        labels: { "kubernetes.io/service-name": "kube-state-metrics" },
      },
      addressType: "IPv4",
      ports: [port],
      endpoints: [{ addresses: [NODE_ADDRESS], conditions: { ready: true } }],
    },
  ];
}

/** Makes the account and its rights, and writes a token of it into `directory`. @returns the token's file */
export async function grantAccess(directory: string): Promise<string> {
  await applyObjects(join(directory, "access.json"), [...accessObjects(), ...stateMetricsService()]);
  const create = ["create", "token", SERVICE_ACCOUNT, `--namespace=${NAMESPACE}`, `--duration=${TOKEN_LIFE}`];
  const { stdout } = await kubectl(create);
  const file = join(directory, "token");
  await writeFile(file, stdout.trim(), { mode: 0o600 });
  return file;
}
