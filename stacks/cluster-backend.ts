import { posix } from "node:path";
import { LocalBackend, S3Backend, type TerraformStack } from "cdktf";
import type { Cluster } from "../contract/cluster-arn.ts";

/** Where the state of a cluster's stack is kept. */
export type ClusterBackend =
  | {
      readonly kind: "local";
      /** Folder of the state files, relative to the stack's folder. Relative, so that the synthesized JSON names no machine. */
      readonly statePrefix: string;
    }
  | {
      readonly kind: "s3";
      readonly bucket: string;
      readonly region: string;
      /** Key prefix of the state objects, without a trailing slash. */
      readonly statePrefix: string;
    };

/** Key of a cluster's state: `<state prefix>/clusters/<account>/<region>/<name>.tfstate`. */
export function clusterStateKey(
  statePrefix: string,
  cluster: Pick<Cluster, "account" | "region" | "name">,
): string {
  return posix.join(statePrefix, "clusters", cluster.account, cluster.region, `${cluster.name}.tfstate`);
}

/** Gives `stack` the one state of `cluster`. */
export function configureClusterBackend(
  stack: TerraformStack,
  backend: ClusterBackend,
  cluster: Pick<Cluster, "account" | "region" | "name">,
): void {
  const key = clusterStateKey(backend.statePrefix, cluster);
  switch (backend.kind) {
    case "local":
      new LocalBackend(stack, { path: key });
      return;
    case "s3":
      new S3Backend(stack, { bucket: backend.bucket, region: backend.region, key, encrypt: true });
      // The bindings do not know the lock by conditional writes (Terraform 1.10); it needs no DynamoDB table.
      stack.addOverride("terraform.backend.s3.use_lockfile", true);
      return;
    default:
      backend satisfies never;
  }
}
