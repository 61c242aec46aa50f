/** A kind of Kubernetes objects whose labels are exported, and where its list is. */
export interface LabelledResource {
  readonly kind: string;
  /** API group, "" for the core one. */
  readonly group: string;
  readonly version: string;
  /** As in paths and in RBAC rules: `persistentvolumeclaims`. */
  readonly resource: string;
}

function of(group: string, version: string, kinds: Readonly<Record<string, string>>): LabelledResource[] {
  return Object.entries(kinds).map(([kind, resource]) => ({ kind, group, version, resource }));
}

/** Every kind that the agent may list, always the metadata only. What it is allowed not to list has no original keys. */
export const LABELLED_RESOURCES: readonly LabelledResource[] = [
  ...of("", "v1", {
    Pod: "pods",
    Node: "nodes",
    Namespace: "namespaces",
    PersistentVolume: "persistentvolumes",
    PersistentVolumeClaim: "persistentvolumeclaims",
  }),
  ...of("apps", "v1", {
    Deployment: "deployments",
    StatefulSet: "statefulsets",
    DaemonSet: "daemonsets",
  }),
  ...of("batch", "v1", { Job: "jobs", CronJob: "cronjobs" }),
];

/** A rule of a Kubernetes ClusterRole. */
export interface ClusterRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** What the agent's ClusterRole must allow for labels with their original keys: to list, and nothing else. */
export function labelRules(): ClusterRule[] {
  const groups = [...new Set(LABELLED_RESOURCES.map(({ group }) => group))];
  return groups.map((group) => ({
    apiGroups: [group],
    resources: LABELLED_RESOURCES.filter((each) => each.group === group).map(({ resource }) => resource),
    verbs: ["list"],
  }));
}

/** The path of the list of all objects of a kind, in all namespaces. */
export function listPath({ group, version, resource }: LabelledResource): string {
  return group === "" ? `/api/${version}/${resource}` : `/apis/${group}/${version}/${resource}`;
}
