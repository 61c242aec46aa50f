import type { Labels } from "../adapters/prometheus/sample.ts";
import { label } from "./queries.ts";

/** An owner as kube-state-metrics names it. */
export interface Owner {
  readonly kind: string;
  readonly name: string;
}

/** What made the ReplicaSets and Jobs that own pods. */
export interface OwnerLookup {
  /** Takes a series of `kube_replicaset_owner` or `kube_job_owner`. */
  take(labels: Labels): void;
  /** The owner's owner; the owner itself where it has none. */
  controllerOf(namespace: string, owner: Owner): Owner;
}

const NONE = "<none>";

/** Starts without any owner. */
export function createOwnerLookup(): OwnerLookup {
  const owners = new Map<string, Owner>();
  // A Deployment has some ten ReplicaSets, most of them old.
  const known = new Map<string, Owner>();
  const shared = (owner: Owner): Owner => {
    const key = `${owner.kind}/${owner.name}`;
    const same = known.get(key);
    if (!same) known.set(key, owner);
    return same ?? owner;
  };
  return {
    take(labels) {
      const replicaSet = label(labels, "replicaset");
      const [kind, name] =
        replicaSet === ""
          ? (["Job", label(labels, "job_name")] as const)
          : (["ReplicaSet", replicaSet] as const);
      const owner = { kind: label(labels, "owner_kind"), name: label(labels, "owner_name") };
      if (!isOwner(owner)) return;
      owners.set(`${label(labels, "namespace")}/${kind}/${name}`, shared(owner));
    },
    controllerOf: (namespace, owner) => owners.get(`${namespace}/${owner.kind}/${owner.name}`) ?? owner,
  };
}

/** kube-state-metrics says `<none>`, in older versions nothing, of what has no owner. */
export function isOwner(owner: Owner): boolean {
  return ![owner.kind, owner.name].some((text) => text === "" || text === NONE);
}
