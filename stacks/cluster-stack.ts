import { TerraformOutput, TerraformStack } from "cdktf";
import { Namespace } from "@cdktf/provider-kubernetes/lib/namespace/index.js";
import type { Construct } from "constructs";
import { parseClusterArn, type Cluster } from "../contract/cluster-arn.ts";
import { DEFAULT_NAME_PREFIX, clusterRoleArn, deploymentNames } from "../contract/names.ts";
import { DEFAULT_KEY_PREFIX, clusterPrefix } from "../contract/object-keys.ts";
import { AGENT_NAMESPACE } from "../contract/workload-identity.ts";
import { createChartRelease } from "./chart-release.ts";
import type { ChartValuesInput } from "./chart-values.ts";
import { configureClusterBackend, type ClusterBackend } from "./cluster-backend.ts";
import { configureProviders, type KubeAuth } from "./cluster-kubernetes.ts";
import { clusterChartValues } from "./cluster-values.ts";

export interface ClusterStackProps {
  /** The only identity input: account, region, name, role and key prefix derive from it. */
  readonly clusterArn: string;
  /** Base URL of Prometheus, as a pod of the cluster reaches it. */
  readonly prometheusUrl: string;
  /** Base URL of OpenCost's API, as a pod of the cluster reaches it. */
  readonly openCostUrl: string;
  readonly backend: ClusterBackend;
  /** Name prefix of the account stack. @default "nops-container-cost" */
  readonly namePrefix?: string;
  /** Key prefix of the account stack. @default "container-insights" */
  readonly keyPrefix?: string;
  /** Bucket of the account stack. @default `<name prefix>-<account>` */
  readonly bucketName?: string;
  /** Region of the bucket. @default the cluster's region */
  readonly bucketRegion?: string;
  /** The agent's image. @default `container-insights-agent` in the private ECR registry of the cluster's account and region, tagged with the chart's version */
  readonly image?: ChartValuesInput["image"];
  /** @default `{ kind: "eks" }` */
  readonly kubeAuth?: KubeAuth;
  /** Whether Terraform makes the namespace and so deletes it on destroy. @default true */
  readonly createNamespace?: boolean;
  /** More values of the chart; they win over what the other props say. No secrets: values are kept in the state. */
  readonly chartValues?: ChartValuesInput;
}

/** Id and output folder of a cluster's stack. */
export function clusterStackId(cluster: Pick<Cluster, "account" | "region" | "name">): string {
  return `cluster-${cluster.account}-${cluster.region}-${cluster.name}`;
}

/**
 * The agent in one cluster: a namespace under the restricted Pod Security class and one Helm release, with a state of
 * its own. It reads no other stack's state: names that both need come from `contract/`.
 *
 * What proves it: the synthesized JSON is compared with a golden file and checked property by property. `terraform
 * validate` needs the Helm provider 3.1.1, which the tests' machine cannot fetch; there the end-to-end run plans and
 * applies this JSON with version 1.3.2 as a stand-in, so attributes that 1.3.2 lacks (`wait_for_jobs`,
 * `upgrade_install`, `take_ownership`, `timeouts`) are not used.
 * @throws Error when the ARN or a value is wrong, naming all of them
 */
export class ClusterStack extends TerraformStack {
  constructor(scope: Construct, props: ClusterStackProps) {
    const cluster = parseClusterArn(props.clusterArn);
    super(scope, clusterStackId(cluster));
    const prefix = props.namePrefix ?? DEFAULT_NAME_PREFIX;
    const keyPrefix = props.keyPrefix ?? DEFAULT_KEY_PREFIX;
    const bucket = props.bucketName ?? deploymentNames(prefix, cluster.account).bucket;
    const roleArn = clusterRoleArn(prefix, cluster);

    this.addOverride("terraform.required_version", ">= 1.10.0");
    configureClusterBackend(this, props.backend, cluster);
    configureProviders(this, cluster, props.kubeAuth ?? { kind: "eks" });
    const namespace = props.createNamespace === false ? [] : [this.createNamespace()];
    const values = clusterChartValues(cluster, { ...props, bucket, keyPrefix, roleArn });
    createChartRelease(this, { namespace: AGENT_NAMESPACE, values, dependsOn: namespace });

    this.createOutputs({
      role_arn: roleArn,
      s3_prefix_url: `s3://${bucket}/${clusterPrefix(keyPrefix, cluster)}`,
      namespace: AGENT_NAMESPACE,
    });
  }

  private createNamespace(): Namespace {
    const restricted = Object.fromEntries(
      ["enforce", "audit", "warn"].map((mode) => [`pod-security.kubernetes.io/${mode}`, "restricted"]),
    );
    const namespace = new Namespace(this, "namespace", {
      metadata: { name: AGENT_NAMESPACE, labels: restricted },
    });
    namespace.overrideLogicalId("namespace");
    return namespace;
  }

  private createOutputs(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) {
      new TerraformOutput(this, name, { value }).overrideLogicalId(name);
    }
  }
}
