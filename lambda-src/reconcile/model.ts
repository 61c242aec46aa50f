import type { PolicyDocument } from "../../contract/policy-document.ts";
import type { IdentityMode } from "../../contract/workload-identity.ts";
import type { Settings } from "../env.ts";

/** One deployment in one account: everything that decides which roles are wanted. */
export interface Deployment extends Settings {
  readonly partition: string;
  readonly account: string;
  /** The bucket that the deployment had before, where an apply of Terraform's or a person says so: roles of that id are taken over. */
  readonly formerBucket?: string | undefined;
}

/** An EKS Pod Identity association of a service account in the agent's namespace. */
export interface ActualAssociation {
  readonly id: string;
  readonly serviceAccount: string;
  readonly roleArn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A cluster as DescribeCluster answers it. */
export interface ObservedCluster {
  readonly arn: string;
  readonly name: string;
  /** `ACTIVE`, `CREATING`, `DELETING`, `FAILED`, `PENDING`, `UPDATING`; `UNREADABLE` when it could not be described. */
  readonly status: string;
  /** OIDC issuer URL, with its scheme. */
  readonly issuer?: string | undefined;
  /** Read only where the cluster's pods get the role by Pod Identity, and the cluster is ready for it. */
  readonly associations?: readonly ActualAssociation[] | undefined;
  /** Why the cluster could not be described, or its associations could not be read. */
  readonly problem?: string | undefined;
}

/** What is known about a region. Only a complete one is evidence that something is absent. */
export type RegionObservation =
  | { readonly region: string; readonly state: "complete"; readonly clusters: readonly ObservedCluster[] }
  | { readonly region: string; readonly state: "failed"; readonly reason: string };

interface RoleOutline {
  readonly name: string;
  /** With both slashes. */
  readonly path: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly trust: unknown;
  readonly boundaryArn?: string | undefined;
}

/** A role and everything that gives it permissions. */
export interface FullRole extends RoleOutline {
  readonly detail: "full";
  readonly inlinePolicies: Readonly<Record<string, unknown>>;
  /** ARNs of attached managed policies. */
  readonly attachedPolicies: readonly string[];
}

/** A role and its writer policy. Whether it has other policies was not asked. */
export interface BriefRole extends RoleOutline {
  readonly detail: "brief";
  /** The writer policy, or none. */
  readonly inlinePolicies: Readonly<Record<string, unknown>>;
}

/** A role as IAM has it. Documents are what IAM stores, parsed; compare them only by meaning. */
export type ActualRole = FullRole | BriefRole;

/** The answer to "does the cluster of this role still exist", asked when no listing names it. */
export type ClusterLookup =
  | { readonly arn: string; readonly state: "absent" }
  | { readonly arn: string; readonly state: "present" }
  | { readonly arn: string; readonly state: "unknown"; readonly reason: string };

/** Everything a plan is made from. Plain data: the same value can be recorded and read back. */
export interface Observation {
  readonly regions: readonly RegionObservation[];
  /** Roles below the deployment's path. */
  readonly roles: readonly ActualRole[];
  /** Roles below the path whose details could not be read. */
  readonly unreadableRoles: readonly { readonly name: string; readonly reason: string }[];
  /** ARNs of the account's IAM OIDC providers. */
  readonly oidcProviders: readonly string[];
  readonly lookups: readonly ClusterLookup[];
}

/** A role as it should be. */
export interface RoleSpec {
  readonly name: string;
  readonly arn: string;
  readonly path: string;
  readonly clusterArn: string;
  readonly identity: IdentityMode;
  readonly trust: PolicyDocument;
  /** The writer policy, the role's only inline policy. */
  readonly policy: PolicyDocument;
  readonly boundaryArn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What is wanted for one cluster. Whatever is not `wanted` leaves an existing role as it is. */
export type ClusterVerdict =
  | {
      readonly kind: "wanted";
      readonly spec: RoleSpec;
      /** The trust by which the cluster's pods could have the role by web identity instead. */
      readonly webIdentityTrust?: PolicyDocument | undefined;
      /** The cluster's associations as they are; of no meaning where the role is not used by Pod Identity. */
      readonly associations: readonly ActualAssociation[];
    }
  | {
      readonly kind: "waiting" | "kept" | "excluded";
      readonly roleName: string;
      readonly clusterArn: string;
      readonly reason: string;
    };

/** One difference in who uses a role by Pod Identity. */
export type AssociationChange =
  | { readonly kind: "associate"; readonly serviceAccount: string }
  /** `retag`: it is the former bucket's; EKS lets the Lambdas change and remove it only with the tag of the present one. */
  | {
      readonly kind: "retag" | "reassociate" | "disassociate";
      readonly serviceAccount: string;
      readonly id: string;
    };

/** One difference between a role and its specification. */
export type RoleChange =
  | AssociationChange
  /** The cluster's pods get the role by web identity now: our associations go. */
  | { readonly kind: "leave-pod-identity" }
  | { readonly kind: "boundary" | "trust" | "policy" }
  | { readonly kind: "remove-inline-policy"; readonly name: string }
  | { readonly kind: "detach-policy"; readonly arn: string }
  | {
      readonly kind: "tags";
      readonly set: Readonly<Record<string, string>>;
      readonly remove: readonly string[];
    };

/** One thing to do. Every action but `create` is on a role that is ours, or, with `adopt`, becomes so. */
export type RoleAction =
  /** The deployment has another bucket now, which is its id: the role's tag follows. */
  | { readonly kind: "adopt"; readonly role: ActualRole; readonly reason: string }
  | {
      readonly kind: "create";
      readonly spec: RoleSpec;
      /** What is to be done once the role is there. */
      readonly changes: readonly AssociationChange[];
    }
  | {
      readonly kind: "update";
      readonly role: ActualRole;
      readonly spec: RoleSpec;
      readonly changes: readonly RoleChange[];
    }
  /** Starts the grace period: the role's cluster is gone. */
  | {
      readonly kind: "mark-orphan";
      readonly role: ActualRole;
      readonly since: string;
      readonly reason: string;
    }
  /** Ends the grace period: the role's cluster is back, though not ready. */
  | { readonly kind: "clear-orphan"; readonly role: ActualRole; readonly reason: string }
  | {
      readonly kind: "delete";
      readonly role: ActualRole;
      readonly reason: string;
      /** The deployment is destroyed: the role goes whether or not its cluster exists. */
      readonly destroyed?: true;
    };

/** Something left as it is, and why. */
export interface Note {
  /**
   * `unchanged`: as wanted. `waiting`: the cluster is not ready. `kept`: the cluster is failing or going.
   * `excluded`: the cluster is not selected, and whatever role it has is left alone.
   * `held`: a rule or missing evidence forbids to touch it. `braked`: more deletions are due than a run may do.
   * `conflict`: the name is taken by a role that is not ours. `foreign`: below our path, but not ours.
   */
  readonly kind: "unchanged" | "waiting" | "kept" | "excluded" | "held" | "braked" | "conflict" | "foreign";
  readonly role: string;
  readonly cluster?: string | undefined;
  readonly reason: string;
}

/** A plan is data: what to do, and what to leave alone. */
export interface Plan {
  readonly actions: readonly RoleAction[];
  readonly notes: readonly Note[];
}

/** One line of a plan: an action or a note. */
export type PlanItem = { readonly action: RoleAction } | { readonly note: Note };

/** The plan of a list of lines, in their order. */
export function planOf(items: readonly PlanItem[]): Plan {
  return {
    actions: items.flatMap((item) => ("action" in item ? [item.action] : [])),
    notes: items.flatMap((item) => ("note" in item ? [item.note] : [])),
  };
}
