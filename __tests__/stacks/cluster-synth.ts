import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { ClusterStack, type ClusterStackProps } from "../../stacks/cluster-stack.ts";

export const CLUSTER: ClusterStackProps = {
  clusterArn: "arn:aws:eks:eu-west-1:123456789012:cluster/prod",
  prometheusUrl: "http://prometheus-server.monitoring.svc",
  openCostUrl: "http://opencost.opencost.svc:9003",
  backend: { kind: "local", statePrefix: "../../../terraform-state" },
};

/** The parts of a synthesized cluster stack that tests read. */
export interface ClusterJson {
  readonly data?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly output: Readonly<Record<string, { readonly value: string }>>;
  readonly provider: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly resource: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly terraform: {
    readonly backend: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly required_providers: Readonly<Record<string, unknown>>;
  };
}

/** Synthesizes one cluster's stack into a folder of its own, hands both to `use`, and removes the folder. */
export function withClusterStack<T>(
  props: Partial<ClusterStackProps>,
  use: (json: ClusterJson, folder: string, text: string) => T,
): T {
  const outdir = mkdtempSync(join(tmpdir(), "cluster-stack-"));
  try {
    const app = new App({ outdir, stackTraces: false });
    const stack = new ClusterStack(app, { ...CLUSTER, ...props });
    app.synth();
    const folder = join(outdir, "stacks", stack.node.id);
    const text = readFileSync(join(folder, "cdk.tf.json"), "utf8");
    return use(JSON.parse(text) as ClusterJson, folder, text);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

export function synthCluster(props: Partial<ClusterStackProps> = {}): ClusterJson {
  return withClusterStack(props, (json) => json);
}

/** The release, with its values read back. */
export function releaseOf(
  json: ClusterJson,
): Readonly<Record<string, unknown>> & { readonly chartValues: unknown } {
  const release = json.resource["helm_release"]?.["container_insights"];
  if (release === undefined) throw new Error("The stack has no helm_release.container_insights");
  const [text] = release["values"] as readonly string[];
  return { ...release, chartValues: JSON.parse(text ?? "") as unknown };
}
