import { Fn, type TerraformStack } from "cdktf";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import { DataAwsEksCluster } from "@cdktf/provider-aws/lib/data-aws-eks-cluster/index.js";
import { HelmProvider } from "@cdktf/provider-helm/lib/provider/index.js";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider/index.js";
import type { Cluster } from "../contract/cluster-arn.ts";
import { AWS_PROVIDER, requireVersions } from "./terraform-setup.ts";

/** How Terraform reaches the cluster's API server. */
export type KubeAuth =
  /** Endpoint and CA from `data.aws_eks_cluster`, tokens from `aws eks get-token`, which must be on the PATH. */
  | { readonly kind: "eks" }
  /** A kubeconfig file, for clusters behind a proxy or for tests. */
  | { readonly kind: "kubeconfig"; readonly path: string; readonly context?: string };

// The bindings were made from 3.1.1 and 2.38.0; their major versions differ in more than names.
const CLUSTER_PROVIDERS = {
  helm: { source: "hashicorp/helm", version: ">= 3.1.1, < 4.0" },
  kubernetes: { source: "hashicorp/kubernetes", version: ">= 2.38.0, < 3.0" },
} as const;

/** Configures the providers of a cluster's stack, and with `eks` reads the cluster. */
export function configureProviders(stack: TerraformStack, cluster: Cluster, auth: KubeAuth): void {
  switch (auth.kind) {
    case "eks":
      requireVersions(stack, { ...CLUSTER_PROVIDERS, aws: AWS_PROVIDER });
      configureFromEks(stack, cluster);
      return;
    case "kubeconfig": {
      requireVersions(stack, CLUSTER_PROVIDERS);
      const file = {
        configPath: auth.path,
        ...(auth.context === undefined ? {} : { configContext: auth.context }),
      };
      new HelmProvider(stack, "helm", { kubernetes: file });
      new KubernetesProvider(stack, "kubernetes", file);
      return;
    }
    default:
      auth satisfies never;
  }
}

function configureFromEks(stack: TerraformStack, cluster: Cluster): void {
  // Credentials of another account stop here, before anything is planned into a cluster of the same name there.
  new AwsProvider(stack, "aws", { region: cluster.region, allowedAccountIds: [cluster.account] });
  const eks = new DataAwsEksCluster(stack, "cluster", { name: cluster.name });
  eks.overrideLogicalId("cluster");
  const server = {
    host: eks.endpoint,
    clusterCaCertificate: Fn.base64decode(eks.certificateAuthority.get(0).data),
  };
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1beta1",
    command: "aws",
    args: [
      "eks",
      "get-token",
      "--cluster-name",
      cluster.name,
      "--region",
      cluster.region,
      "--output",
      "json",
    ],
  };
  // Version 3 of the Helm provider has objects where the Kubernetes provider has blocks.
  new HelmProvider(stack, "helm", { kubernetes: { ...server, exec } });
  new KubernetesProvider(stack, "kubernetes", { ...server, exec: [exec] });
}
