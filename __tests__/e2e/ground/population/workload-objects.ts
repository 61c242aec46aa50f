import type { PodPlan } from "../generator/plan.ts";
import type { KubeObject } from "../kubernetes/kube-object.ts";
import { DATA_VOLUME, podTemplate } from "./pod-objects.ts";
import { POPULATION_LABEL, type Snapshot } from "./snapshot.ts";

const HASH = "pod-template-hash";
const JOB_NAME = "batch.kubernetes.io/job-name";
const POD_NAME = "statefulset.kubernetes.io/pod-name";

/**
 * The owners of the pods, each wanting as many pods as there are. Made once the pods run, they adopt them: a replica set
 * takes the pods that its selector matches, a deployment the replica set that has its template.
 */
export function workloadObjects({ pods, volumes, mark }: Snapshot): KubeObject[] {
  const owned = new Map<string, PodPlan[]>();
  for (const pod of pods) {
    const key = `${pod.namespace}/${pod.owner.kind}/${pod.owner.name}`;
    const others = owned.get(key);
    if (others) others.push(pod);
    else owned.set(key, [pod]);
  }
  const bytes = new Map(volumes.flatMap(({ claim, bytes: size }) => (claim ? [[claim.name, size]] : [])));
  return [...owned.values()].flatMap((siblings) => ownersOf(siblings, mark, bytes));
}

function ownersOf(
  siblings: readonly PodPlan[],
  mark: string,
  bytes: ReadonlyMap<string, number>,
): KubeObject[] {
  const [pod] = siblings;
  if (!pod) return [];
  const replicas = siblings.length;
  const template = podTemplate(pod, mark);
  const selector = { matchLabels: { app: pod.app } };
  switch (pod.owner.kind) {
    case "ReplicaSet":
      return deploymentObjects(pod, replicas, mark);
    case "StatefulSet":
      return [statefulSet(pod, replicas, mark, bytes.get(pod.claim ?? "") ?? 0)];
    case "DaemonSet":
      return [workload("apps/v1", pod, mark, { selector, template, updateStrategy: { type: "OnDelete" } })];
    case "Job": {
      const own = { matchLabels: { [JOB_NAME]: pod.labels[JOB_NAME] } };
      return [workload("batch/v1", pod, mark, { manualSelector: true, selector: own, template })];
    }
  }
}

function deploymentObjects(pod: PodPlan, replicas: number, mark: string): KubeObject[] {
  const template = podTemplate(pod, mark);
  const { [HASH]: hash, ...others } = pod.labels;
  const selects = { app: pod.app };
  const own = { matchLabels: hash === undefined ? selects : { ...selects, [HASH]: hash } };
  const replicaSet = workload("apps/v1", pod, mark, { replicas, selector: own, template });
  const labels = { ...others, [POPULATION_LABEL]: mark };
  return [
    { ...replicaSet, metadata: { ...replicaSet.metadata, labels: template.metadata.labels } },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: pod.app, namespace: pod.namespace, labels },
      spec: {
        replicas,
        selector: { matchLabels: selects },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    },
  ];
}

function statefulSet(pod: PodPlan, replicas: number, mark: string, bytes: number): KubeObject {
  const template = podTemplate(pod, mark);
  const { [POD_NAME]: _own, ...labels } = template.metadata.labels as Readonly<Record<string, string>>;
  const claim = {
    metadata: { name: DATA_VOLUME },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: String(bytes) } } },
  };
  return workload("apps/v1", pod, mark, {
    replicas,
    serviceName: pod.owner.name,
    podManagementPolicy: "Parallel",
    updateStrategy: { type: "OnDelete" },
    selector: { matchLabels: { app: pod.app } },
    template: { ...template, metadata: { ...template.metadata, labels } },
    volumeClaimTemplates: [claim],
  });
}

function workload(apiVersion: string, pod: PodPlan, mark: string, spec: object): KubeObject {
  const { kind, name } = pod.owner;
  const metadata = { name, namespace: pod.namespace, labels: { [POPULATION_LABEL]: mark } };
  return { apiVersion, kind, metadata, spec };
}
