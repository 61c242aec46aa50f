import { waitUntil } from "../kubernetes/kubectl.ts";
import type { ApiClient } from "../kubernetes/api-client.ts";
import type { OnProgress } from "./apply.ts";
import { collectionPath } from "../kubernetes/kube-object.ts";
import { isSharedNamespace, namespaceMarks } from "./namespace-marks.ts";
import { listPods } from "./pod-list.ts";
import { POPULATION_LABEL } from "./snapshot.ts";
import { VOLUME_DRIVER } from "./volume-objects.ts";

const WAIT_SECONDS = 1_800;

// Owners first, so that no controller replaces what goes after them.
const NAMESPACED = [
  ["apps/v1", "Deployment"],
  ["apps/v1", "ReplicaSet"],
  ["apps/v1", "StatefulSet"],
  ["apps/v1", "DaemonSet"],
  ["batch/v1", "Job"],
  ["v1", "Pod"],
  ["v1", "PersistentVolumeClaim"],
] as const;

/** Deletes everything of a population, and waits until it is gone. Safe to repeat. */
export async function removePopulation(
  api: ApiClient,
  mark: string,
  namespaces: readonly string[],
  onProgress: OnProgress,
): Promise<void> {
  const query = new URLSearchParams({ labelSelector: `${POPULATION_LABEL}=${mark}` });
  const all = (await listPods(api, mark)).length;
  for (const [apiVersion, kind] of NAMESPACED) {
    for (const namespace of namespaces) {
      const path = `${collectionPath(apiVersion, kind, namespace)}?${query}`;
      await api.send("DELETE", path, { gracePeriodSeconds: 0, propagationPolicy: "Background" });
    }
  }
  await waitUntil("the pods to go", WAIT_SECONDS, async () => {
    const left = (await listPods(api, mark)).length;
    onProgress("pods removed", all - left, all);
    return left === 0;
  });
  for (const kind of ["PersistentVolume", "Node"])
    await api.send("DELETE", `${collectionPath("v1", kind)}?${query}`);
  await api.send(
    "DELETE",
    `${collectionPath("storage.k8s.io/v1", "CSIDriver")}/${VOLUME_DRIVER.metadata.name}`,
    undefined,
    [404],
  );
  for (const name of namespaces) await removeNamespace(api, name, mark);
  await waitUntil("the rest to go", WAIT_SECONDS, async () => {
    for (const kind of ["Namespace", "Node", "PersistentVolume"]) {
      if ((await api.list("v1", kind, query.get("labelSelector") ?? "")).length > 0) return false;
    }
    return true;
  });
}

async function removeNamespace(api: ApiClient, name: string, mark: string): Promise<void> {
  const path = `/api/v1/namespaces/${name}`;
  if (!isSharedNamespace(name)) return void (await api.send("DELETE", path, undefined, [404, 409]));
  const unset = (marks: Record<string, string>): Record<string, null> =>
    Object.fromEntries(Object.keys(marks).map((key) => [key, null]));
  const { labels, annotations } = namespaceMarks(name, mark);
  await api.send("PATCH", path, {
    metadata: { labels: unset(labels), annotations: unset(annotations) },
  });
}
