import { TerraformOutput, TerraformStack } from "cdktf";
import { Namespace } from "@cdktf/provider-kubernetes/lib/namespace/index.js";
import type { Construct } from "constructs";
import { parseClusterArn, type Cluster } from "../contract/cluster-arn.ts";
import {
  DEFAULT_NAME_PREFIX,
  MAX_NAME_PREFIX_LENGTH,
  clusterRoleArn,
  deploymentNames,
} from "../contract/names.ts";
import { DEFAULT_KEY_PREFIX, clusterPrefix } from "../contract/object-keys.ts";
import { AGENT_NAMESPACE, EXPORTER_SERVICE_ACCOUNT } from "../contract/workload-identity.ts";
import { createChartRelease } from "./chart-release.ts";
import type { ChartValuesInput } from "./chart-values.ts";
import { configureProviders, type KubeAuth } from "./cluster-kubernetes.ts";
import { clusterChartValues } from "./cluster-values.ts";
import type { BackendConfig } from "./synth-config.ts";
import { addBackend } from "./terraform-setup.ts";

export interface ClusterStackProps {
  /** The only identity input: account, region, name, role and key prefix derive from it. */
  readonly clusterArn: string;
  /** Base URL of Prometheus, as a pod of the cluster reaches it. */
  readonly prometheusUrl: string;
  /** Base URL of OpenCost's API, as a pod of the cluster reaches it. */
  readonly openCostUrl: string;
  /** The state is at `<state prefix>/clusters/<account>/<region>/<name>.tfstate` there. */
  readonly backend: BackendConfig;
  /** Name prefix of the account stack. @default "nops-container-cost" */
  readonly namePrefix?: string;
  /** Key prefix of the account stack. @default "container-insights" */
  readonly keyPrefix?: string;
  /** Bucket of the account stack. @default `<name prefix>-<account>` */
  readonly bucketName?: string;
  /** Region of the bucket. @default the cluster's region */
  readonly bucketRegion?: string;
  /** @default `{ kind: "eks" }` */
  readonly kubeAuth?: KubeAuth;
  /** Whether Terraform makes the namespace and so deletes it on destroy. @default true */
  readonly createNamespace?: boolean;
  /**
   * More values of the chart; they win over what the other props say. No secrets: values are kept in the state.
   * `image.repository` is `container-insights-agent` in the ECR registry of the cluster's account and region by default.
   */
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
 * What proves it: the bindings were made from the schemas of the Helm provider 3.1.1 and the Kubernetes provider 2.38.0,
 * so the compiler checks every argument; the synthesized JSON is compared with a golden file, property by property too;
 * the real Helm renders the chart with these values. Terraform plans, applies, changes and destroys it on a real API
 * server (`npm run slice`) with the providers 1.3.2 and 1.13.4, the newest that the tests'
 * machine can have. Arguments and resources that those lack (`wait_for_jobs`, `upgrade_install`, `take_ownership`,
 * `timeouts`, `kubernetes_namespace_v1`) are not used, so that they can stand in.
 * @throws Error when the ARN or a value is wrong, naming all of them
 */
export class ClusterStack extends TerraformStack {
  constructor(scope: Construct, props: ClusterStackProps) {
    const cluster = parseClusterArn(props.clusterArn);
    super(scope, clusterStackId(cluster));
    const prefix = checkNamePrefix(props.namePrefix ?? DEFAULT_NAME_PREFIX);
    const keyPrefix = props.keyPrefix ?? DEFAULT_KEY_PREFIX;
    const bucket = props.bucketName ?? deploymentNames(prefix, cluster.account).bucket;
    const roleArn = clusterRoleArn(prefix, cluster);

    addBackend(this, props.backend, `clusters/${cluster.account}/${cluster.region}/${cluster.name}`);
    configureProviders(this, cluster, props.kubeAuth ?? { kind: "eks" });
    const namespace = props.createNamespace === false ? [] : [this.createNamespace()];
    const values = clusterChartValues(cluster, { ...props, bucket, keyPrefix, roleArn });
    createChartRelease(this, { namespace: AGENT_NAMESPACE, values, dependsOn: namespace });

    this.createOutputs({
      role_arn: roleArn,
      s3_prefix_url: `s3://${bucket}/${clusterPrefix(keyPrefix, cluster)}`,
      service_account: `${AGENT_NAMESPACE}/${EXPORTER_SERVICE_ACCOUNT}`,
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

function checkNamePrefix(prefix: string): string {
  if (prefix.length > 0 && prefix.length <= MAX_NAME_PREFIX_LENGTH) return prefix;
  throw new Error(
    `namePrefix "${prefix}" has ${prefix.length} characters; set the account stack's name_prefix, of 1 to ${MAX_NAME_PREFIX_LENGTH}`,
  );
}
