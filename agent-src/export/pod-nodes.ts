import { createSharedTexts } from "./shared-texts.ts";

/** The node of each pod of an hour. */
export interface PodNodes {
  set(namespace: string, pod: string, uid: string, node: string): void;
  get(namespace: string, pod: string, uid: string): string | undefined;
}

/** Starts without any pod. A UID says which pod it is; where there is none, its name does. */
export function createPodNodes(): PodNodes {
  const nodes = new Map<string, string>();
  const share = createSharedTexts();
  const keyOf = (namespace: string, pod: string, uid: string): string => uid || `${namespace}/${pod}`;
  return {
    set: (namespace, pod, uid, node) => void nodes.set(keyOf(namespace, pod, uid), share(node)),
    get: (namespace, pod, uid) => nodes.get(keyOf(namespace, pod, uid)),
  };
}
