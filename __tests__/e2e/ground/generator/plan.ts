import type { Wave } from "./wave.ts";

/** A time in which something exists: epoch seconds, half open. */
export interface Life {
  readonly from: number;
  readonly until: number;
}

/** How a node shares its GPUs. OpenCost counts whole and time-sliced GPUs and does not see MIG instances. */
export type GpuSharing = "none" | "whole" | "time-sliced" | "mig";

export interface NodePlan extends Life {
  readonly name: string;
  readonly index: number;
  readonly instanceType: string;
  readonly instanceId: string;
  readonly zone: string;
  readonly spot: boolean;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly gpus: number;
  readonly gpuSharing: GpuSharing;
  /** Dollars an hour: of a core, a GiB and a GPU. */
  readonly prices: { readonly cpu: number; readonly ram: number; readonly gpu: number };
  readonly labels: Readonly<Record<string, string>>;
}

export interface GpuPlan {
  /** `nvidia.com/gpu`, `nvidia.com/gpu.shared` or `nvidia.com/mig-1g.5gb`. */
  readonly resource: string;
  readonly requested: number;
  /** GPUs that OpenCost counts for the container. */
  readonly allocated: number;
  /** First GPU of the node that it runs on. */
  readonly device: number;
  /** Share of the time in which the engine is active, 0 to 1. */
  readonly active: Wave;
}

export interface ContainerPlan {
  readonly name: string;
  /** Cores and bytes; 0 where nothing is requested or limited. */
  readonly cpuRequest: number;
  readonly cpuLimit: number;
  readonly memoryRequest: number;
  readonly memoryLimit: number;
  readonly cpu: Wave;
  readonly memory: Wave;
  readonly gpu?: GpuPlan;
  /** When it was restarted, if it was. */
  readonly restartedAt?: number;
}

export interface PodPlan extends Life {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly node: NodePlan;
  readonly owner: {
    readonly kind: "ReplicaSet" | "StatefulSet" | "DaemonSet" | "Job";
    readonly name: string;
  };
  /** The app whose deployment and service select it. */
  readonly app: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly containers: readonly ContainerPlan[];
  readonly claim?: string;
}

export interface VolumePlan {
  readonly name: string;
  readonly volumeId: string;
  readonly bytes: number;
  readonly pricePerGibHour: number;
  /** Missing where no claim binds it. */
  readonly claim?: { readonly namespace: string; readonly name: string };
}

export interface AppPlan {
  readonly namespace: string;
  readonly name: string;
  readonly controller: "deployment" | "statefulset" | "daemonset" | "job";
  /** Dollars an hour; missing where the service has no load balancer. */
  readonly loadBalancerPerHour?: number;
}

/** Everything that exists in a generated cluster, and when. */
export interface ClusterPlan extends Life {
  readonly seed: string;
  readonly namespaces: readonly string[];
  readonly nodes: readonly NodePlan[];
  readonly apps: readonly AppPlan[];
  readonly pods: readonly PodPlan[];
  readonly volumes: readonly VolumePlan[];
}

/** What a cluster is generated from; the same choices give the same cluster. */
export interface ClusterChoices {
  readonly seed: string;
  readonly pods: number;
  readonly hours: number;
  /** @default 2026-11-22T09:00Z */
  readonly from?: number;
}
