import pMap from "p-map";
import { waitUntil } from "../kubernetes/kubectl.ts";
import type { ApiClient } from "../kubernetes/api-client.ts";
import type { KubeObject } from "../kubernetes/kube-object.ts";
import { nodeObject } from "./node-objects.ts";
import { podObject } from "./pod-objects.ts";
import { isSharedNamespace, namespaceMarks } from "./namespace-marks.ts";
import { listPods, type ListedPod } from "./pod-list.ts";
import { POPULATION_LABEL, type Snapshot } from "./snapshot.ts";
import { VOLUME_DRIVER, volumeObjects } from "./volume-objects.ts";
import { workloadObjects } from "./workload-objects.ts";

/** Told how far a step is. */
export type OnProgress = (step: string, done: number, of: number) => void;

type WithPhase = KubeObject & { readonly status: { readonly phase: string } };

const AT_ONCE = 16;
// 20,000 pods take minutes on two cores.
const WAIT_SECONDS = 3_000;

/**
 * Makes everything of a snapshot in the cluster and waits until it is as planned: every pod runs on its node under its
 * own name, is owned by its controller, and every claim is bound. What is there already stays, so it may be repeated.
 * @throws Error when pods are missing or too many, or a namespace belongs to somebody else
 */
export async function applyPopulation(
  api: ApiClient,
  snapshot: Snapshot,
  onProgress: OnProgress,
): Promise<void> {
  const { mark, namespaces, nodes, volumes, pods } = snapshot;
  for (const name of namespaces) await ensureNamespace(api, name, mark);
  const create = (step: string, objects: readonly KubeObject[]): Promise<void> =>
    createAll(api, step, objects, onProgress);
  await create(
    "nodes",
    nodes.map((node) => nodeObject(node, mark)),
  );
  const storage = volumes.flatMap((volume) => volumeObjects(volume, mark));
  await create("volumes", [VOLUME_DRIVER, ...storage.filter(({ kind }) => kind === "PersistentVolume")]);
  // A claim whose volume the controller has not seen yet is looked at again 15 seconds later.
  await waitForPhases(api, mark, "PersistentVolume", ["Available", "Bound"]);
  await create(
    "claims",
    storage.filter(({ kind }) => kind === "PersistentVolumeClaim"),
  );
  await waitForAccounts(api, namespaces);
  await create(
    "pods",
    pods.map((pod) => podObject(pod, mark)),
  );
  await waitUntil("the pods to run", WAIT_SECONDS, async () => {
    const pending = (await listPods(api, mark, "status.phase=Pending")).length;
    onProgress("pods running", pods.length - pending, pods.length);
    return pending === 0;
  });
  await createOwners(api, snapshot, onProgress);
  await waitForPhases(api, mark, "PersistentVolumeClaim", ["Bound"]);
  assertAsPlanned(snapshot, await listPods(api, mark));
}

/**
 * Owners come after what they own, and deployments last: a controller that does not see it all yet makes its own.
 */
async function createOwners(api: ApiClient, snapshot: Snapshot, onProgress: OnProgress): Promise<void> {
  const { mark, pods } = snapshot;
  const owners = workloadObjects(snapshot);
  const deployments = owners.filter(({ kind }) => kind === "Deployment");
  const direct = owners.filter(({ kind }) => kind !== "Deployment");
  await createAll(api, "workloads", direct, onProgress);
  await waitUntil("the pods to be adopted", WAIT_SECONDS, async () => {
    const owned = (await listPods(api, mark)).filter(isOwned).length;
    onProgress("pods adopted", owned, pods.length);
    return owned >= pods.length;
  });
  await createAll(api, "deployments", deployments, onProgress);
  await waitUntil("the replica sets to be adopted", WAIT_SECONDS, async () => {
    const sets = await api.list<ListedPod>("apps/v1", "ReplicaSet", `${POPULATION_LABEL}=${mark}`);
    return sets.every(isOwned);
  });
}

async function createAll(
  api: ApiClient,
  step: string,
  objects: readonly KubeObject[],
  onProgress: OnProgress,
): Promise<void> {
  let done = 0;
  await pMap(
    objects,
    async (object) => {
      await api.create(object);
      onProgress(step, ++done, objects.length);
    },
    { concurrency: AT_ONCE },
  );
}

/** A namespace of the cluster's own is only labelled; any other must be this population's. */
async function ensureNamespace(api: ApiClient, name: string, mark: string): Promise<void> {
  const marks = namespaceMarks(name, mark);
  if (isSharedNamespace(name)) {
    await api.send("PATCH", `/api/v1/namespaces/${name}`, { metadata: marks });
    return;
  }
  const metadata = { name, ...marks };
  if ((await api.create({ apiVersion: "v1", kind: "Namespace", metadata })) === "created") return;
  const { body } = await api.send("GET", `/api/v1/namespaces/${name}`);
  const there = (JSON.parse(body) as KubeObject).metadata.labels?.[POPULATION_LABEL];
  if (there === mark) return;
  throw new Error(
    `The namespace "${name}" belongs to "${there ?? "somebody else"}", not to "${mark}"; remove that first`,
  );
}

// Pods are refused until the controllers have made their service account.
async function waitForAccounts(api: ApiClient, namespaces: readonly string[]): Promise<void> {
  for (const name of namespaces) {
    const path = `/api/v1/namespaces/${name}/serviceaccounts/default`;
    await waitUntil(
      `the service account of "${name}"`,
      60,
      async () => (await api.send("GET", path, undefined, [404])).status === 200,
    );
  }
}

async function waitForPhases(
  api: ApiClient,
  mark: string,
  kind: "PersistentVolume" | "PersistentVolumeClaim",
  phases: readonly string[],
): Promise<void> {
  await waitUntil(`every ${kind} to be ${phases.join(" or ")}`, 120, async () => {
    const found = await api.list<WithPhase>("v1", kind, `${POPULATION_LABEL}=${mark}`);
    return found.every(({ status }) => phases.includes(status.phase));
  });
}

function isOwned({ metadata }: ListedPod): boolean {
  return metadata.ownerReferences?.some(({ controller }) => controller === true) ?? false;
}

/** Every planned pod and no other. @throws Error naming the first ones that are missing or too many */
function assertAsPlanned(snapshot: Snapshot, found: readonly ListedPod[]): void {
  const planned = new Set(snapshot.pods.map(({ namespace, name }) => `${namespace}/${name}`));
  const names = found.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  const strays = names.filter((name) => !planned.delete(name));
  if (strays.length + planned.size === 0) return;
  const text = (some: Iterable<string>): string => [...some].slice(0, 5).join(", ");
  throw new Error(
    `${planned.size} planned pods are missing (${text(planned)}), ${strays.length} are too many (${text(strays)}); ` +
      `remove the population and make it again`,
  );
}
