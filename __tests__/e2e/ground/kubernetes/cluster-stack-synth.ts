import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CLUSTER_ARN } from "../../export/cli.ts";
import { runCommand } from "../command.ts";
import { openTerraform, type Terraform } from "../terraform.ts";
import { ensureClusterProviders } from "./cluster-stack-providers.ts";
import { withStandInVersions } from "./cluster-stack-versions.ts";
import { adminKubeconfig } from "./kubectl.ts";

const ROOT = join(import.meta.dirname, "../../../..");

/** The name that the stack of `CLUSTER_ARN` gets, said here a second time. */
const CLUSTER_STACK = "cluster-123456789012-us-east-1-prod";

/** What of a cluster's configuration differs from check to check; the rest is the same for all. */
export interface ClusterChoices {
  readonly bucketName?: string;
  readonly chartValues: Readonly<Record<string, unknown>>;
}

/** A stack's text as it was synthesized, and as it is applied. */
export interface SynthesizedCluster {
  readonly original: string;
  readonly applied: string;
}

/**
 * Synthesizes the account and one cluster by `npm run synth`'s own entry, as a person does with a
 * `container-insights.json`, and lets the cluster's stack take the providers that stand in.
 */
export async function synthesizeCluster(
  directory: string,
  choices: ClusterChoices,
): Promise<SynthesizedCluster> {
  const config = join(directory, "container-insights.json");
  const cluster = {
    clusterArn: CLUSTER_ARN,
    prometheusUrl: "http://prometheus-server.monitoring.svc",
    openCostUrl: "http://opencost.opencost.svc:9003",
    kubeconfig: { path: adminKubeconfig() },
    ...choices,
  };
  await writeFile(config, JSON.stringify({ clusters: [cluster] }, undefined, 2));
  await runCommand(process.execPath, ["--import", "tsx/esm", "main.ts"], {
    cwd: ROOT,
    env: { CONTAINER_INSIGHTS_CONFIG: config, CDKTF_OUTDIR: join(directory, "cdktf.out") },
    log: join(directory, "synth.log"),
  });
  const file = join(stackFolder(directory, CLUSTER_STACK), "cdk.tf.json");
  const original = await readFile(file, "utf8");
  const applied = withStandInVersions(original);
  await writeFile(file, applied);
  return { original, applied };
}

/** Folder of a synthesized stack: `account`, or the cluster's own. */
export function stackFolder(directory: string, stack = CLUSTER_STACK): string {
  return join(directory, "cdktf.out/stacks", stack);
}

/** Terraform in the cluster's stack. */
export async function openClusterStack(directory: string): Promise<Terraform> {
  const helm = join(directory, "helm");
  await mkdir(helm, { recursive: true });
  return openTerraform(
    stackFolder(directory),
    { HELM_CACHE_HOME: helm, HELM_CONFIG_HOME: helm, HELM_DATA_HOME: helm },
    join(directory, "cluster-stack.log"),
    await ensureClusterProviders(),
  );
}

/** The cluster's state file, as the local backend's default puts it. */
export async function readClusterState(directory: string): Promise<string> {
  return readFile(join(directory, "terraform-state/clusters/123456789012/us-east-1/prod.tfstate"), "utf8");
}
