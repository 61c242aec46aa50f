import "./no-source-maps.ts";
import { App } from "cdktf";
import { AccountStack } from "./account-stack.ts";
import type { CodeArchive } from "./reconciler-bundle.ts";
import { removeStaleStacks } from "./stale-stacks.ts";
import type { SynthConfig } from "./synth-config.ts";

/**
 * Configuration → stacks → `cdktf.out`. Tells what it wrote, and what it did with stacks that are no longer configured.
 * @throws SynthConfigError when the chart refuses a cluster's values
 */
export async function synthesize(config: SynthConfig, code: CodeArchive): Promise<void> {
  const app = new App({ stackTraces: false });
  const account = new AccountStack(app, "account", {
    backend: config.backend,
    code,
    region: config.region,
    allowDestroy: config.allowDestroy,
    importExisting: config.importExisting,
  });
  const clusters = await addClusters(app, config);
  const stacks = [account, ...clusters].map((stack) => stack.node.id);
  const { removed, kept } = removeStaleStacks(app.outdir, stacks);
  app.synth();
  if (removed.length > 0) console.log(`Removed ${removed.join(", ")}: no longer configured`);
  if (kept.length > 0)
    console.log(
      `Left ${kept.join(", ")}: no longer configured, but with a Terraform state; destroy it first`,
    );
  console.log(`Wrote ${stacks.join(", ")} to ${app.outdir}/stacks`);
}

async function addClusters(app: App, { clusters, backend }: SynthConfig) {
  if (clusters.length === 0) return [];
  // Only now: the bindings of two more providers, and the chart's values.
  const { addClusterStack } = await import("./configured-cluster.ts");
  return clusters.map((cluster) => addClusterStack(app, cluster, backend));
}
