import type { ApiClient } from "../kubernetes/api-client.ts";
import type { KubeMetadata } from "../kubernetes/kube-object.ts";
import { POPULATION_LABEL } from "./snapshot.ts";

/** A pod's metadata, without the rest: 20,000 whole pods are 100 MB. */
export interface ListedPod {
  readonly metadata: KubeMetadata & {
    readonly ownerReferences?: readonly {
      readonly kind: string;
      readonly name: string;
      readonly controller?: boolean;
    }[];
  };
}

const PAGE = 2_000;

/** The population's pods, of those that the field selector matches. */
export async function listPods(api: ApiClient, mark: string, fieldSelector?: string): Promise<ListedPod[]> {
  const pods: ListedPod[] = [];
  let next = "";
  do {
    const query = new URLSearchParams({ labelSelector: `${POPULATION_LABEL}=${mark}`, limit: String(PAGE) });
    if (fieldSelector !== undefined) query.set("fieldSelector", fieldSelector);
    if (next !== "") query.set("continue", next);
    const { body } = await api.send("GET", `/api/v1/pods?${query}`);
    const page = JSON.parse(body) as { metadata: { continue?: string }; items: ListedPod[] | null };
    pods.push(...(page.items ?? []));
    next = page.metadata.continue ?? "";
  } while (next !== "");
  return pods;
}
