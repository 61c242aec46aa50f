/** UIDs that the name of a pod had within the hour. A name is reused when a StatefulSet's pod is replaced. */
export interface PodUids {
  add(namespace: string, pod: string, uid: string): void;
  /** The one UID of the name; undefined when there was none or several. */
  only(namespace: string, pod: string): string | undefined;
  /** Whether the name had this UID. */
  has(namespace: string, pod: string, uid: string): boolean;
}

/** Starts without any pod. */
export function createPodUids(): PodUids {
  const byName = new Map<string, Set<string>>();
  const find = (namespace: string, pod: string): Set<string> | undefined => byName.get(`${namespace}/${pod}`);
  return {
    add(namespace, pod, uid) {
      if (uid === "") return;
      const known = find(namespace, pod);
      if (known) known.add(uid);
      else byName.set(`${namespace}/${pod}`, new Set([uid]));
    },
    only(namespace, pod) {
      const known = find(namespace, pod);
      return known?.size === 1 ? [...known][0] : undefined;
    },
    has: (namespace, pod, uid) => find(namespace, pod)?.has(uid) ?? false,
  };
}
