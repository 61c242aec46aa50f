/** UIDs that the name of a pod had within the hour. A name is reused when a StatefulSet's pod is replaced. */
export interface PodUids {
  add(namespace: string, pod: string, uid: string): void;
  /** The one UID of the name; undefined when there was none or several. */
  only(namespace: string, pod: string): string | undefined;
  /** Whether the name had this UID. */
  has(namespace: string, pod: string, uid: string): boolean;
}

/** Starts without any pod. Nearly all names have one UID, which is kept without a set around it. */
export function createPodUids(): PodUids {
  const byNamespace = new Map<string, Map<string, string | Set<string>>>();
  const find = (namespace: string, pod: string): string | Set<string> | undefined =>
    byNamespace.get(namespace)?.get(pod);
  return {
    add(namespace, pod, uid) {
      if (uid === "") return;
      let pods = byNamespace.get(namespace);
      if (!pods) byNamespace.set(namespace, (pods = new Map<string, string | Set<string>>()));
      const known = pods.get(pod);
      if (known === undefined) pods.set(pod, uid);
      else if (typeof known !== "string") known.add(uid);
      else if (known !== uid) pods.set(pod, new Set([known, uid]));
    },
    only(namespace, pod) {
      const known = find(namespace, pod);
      return typeof known === "string" ? known : undefined;
    },
    has(namespace, pod, uid) {
      const known = find(namespace, pod);
      return typeof known === "string" ? known === uid : (known?.has(uid) ?? false);
    },
  };
}
