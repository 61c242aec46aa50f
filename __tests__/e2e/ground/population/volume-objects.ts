import type { VolumePlan } from "../generator/plan.ts";
import type { KubeObject } from "../kubernetes/kube-object.ts";
import { POPULATION_LABEL } from "./snapshot.ts";

const DRIVER = "ebs.csi.aws.com";
const CLASS = "gp3";

/** Tells Kubernetes that volumes of EBS are attached by nobody here. */
export const VOLUME_DRIVER: KubeObject = {
  apiVersion: "storage.k8s.io/v1",
  kind: "CSIDriver",
  metadata: { name: DRIVER },
  spec: { attachRequired: false },
};

/** A volume, and its claim, bound to one another, if it has one. */
export function volumeObjects(volume: VolumePlan, mark: string): KubeObject[] {
  const { name, volumeId, bytes, claim } = volume;
  const labels = { [POPULATION_LABEL]: mark };
  const common = { accessModes: ["ReadWriteOnce"], storageClassName: CLASS };
  const persistentVolume: KubeObject = {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name, labels },
    spec: {
      ...common,
      capacity: { storage: String(bytes) },
      persistentVolumeReclaimPolicy: "Retain",
      csi: { driver: DRIVER, volumeHandle: volumeId },
      ...(claim ? { claimRef: { ...claim, apiVersion: "v1", kind: "PersistentVolumeClaim" } } : {}),
    },
  };
  if (!claim) return [persistentVolume];
  return [
    persistentVolume,
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { ...claim, labels },
      spec: { ...common, volumeName: name, resources: { requests: { storage: String(bytes) } } },
    },
  ];
}
