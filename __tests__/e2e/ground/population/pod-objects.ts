import { SIMULATED_NODE_ANNOTATION } from "../kubernetes/kwok.ts";
import type { ContainerPlan, PodPlan } from "../generator/plan.ts";
import type { KubeObject } from "../kubernetes/kube-object.ts";
import { POPULATION_LABEL } from "./snapshot.ts";

/** Name of the volume, and of the claim template, of a pod with a claim: `data-db-0` is the claim of `db-0`. */
export const DATA_VOLUME = "data";

// Never pulled: the pods are simulated.
const IMAGE = "registry.invalid/app:1.2.3";

/** The pod under its own name on its own node, without its owner: controllers adopt what their selectors match. */
export function podObject(pod: PodPlan, mark: string): KubeObject {
  const { name, namespace, node, claim } = pod;
  const volume = { name: DATA_VOLUME, persistentVolumeClaim: { claimName: claim } };
  const { metadata, spec } = podTemplate(pod, mark);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...metadata, name, namespace },
    spec: { ...spec, nodeName: node.name, ...(claim === undefined ? {} : { volumes: [volume] }) },
  };
}

/** What controllers make further pods from, on any of the population's nodes. */
export function podTemplate(pod: PodPlan, mark: string) {
  return {
    metadata: {
      labels: { ...pod.labels, [POPULATION_LABEL]: mark },
      annotations: { "prometheus.io/scrape": "true" },
    },
    spec: {
      containers: pod.containers.map((container) => containerObject(container, pod.claim !== undefined)),
      nodeSelector: { [POPULATION_LABEL]: mark },
      tolerations: [{ key: SIMULATED_NODE_ANNOTATION, operator: "Exists" }],
      restartPolicy: pod.owner.kind === "Job" ? "Never" : "Always",
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
    },
  };
}

function containerObject(container: ContainerPlan, hasClaim: boolean): object {
  const { name, cpuRequest, cpuLimit, memoryRequest, memoryLimit, gpu } = container;
  const gpus: readonly [string, number] = [gpu?.resource ?? "", gpu?.requested ?? 0];
  return {
    name,
    image: IMAGE,
    resources: {
      requests: quantities([["cpu", cpuRequest], ["memory", memoryRequest], gpus]),
      limits: quantities([["cpu", cpuLimit], ["memory", memoryLimit], gpus]),
    },
    ...(hasClaim ? { volumeMounts: [{ name: DATA_VOLUME, mountPath: "/data" }] } : {}),
  };
}

/** Cores as millicores, the rest as it is; nothing for what is not asked for. */
function quantities(amounts: readonly (readonly [string, number])[]): Record<string, string> {
  return Object.fromEntries(
    amounts
      .filter(([, amount]) => amount > 0)
      .map(([resource, amount]) => [
        resource,
        resource === "cpu" ? `${Math.round(amount * 1000)}m` : String(amount),
      ]),
  );
}
