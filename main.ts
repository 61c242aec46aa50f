import { App } from "cdktf";
import { AccountStack } from "./stacks/account-stack.ts";
import { addClusterStack } from "./stacks/configured-cluster.ts";
import { bundleReconciler } from "./stacks/reconciler-bundle.ts";
import { removeStaleStacks } from "./stacks/stale-stacks.ts";
import { loadSynthConfig, SynthConfigError, type SynthConfig } from "./stacks/synth-config.ts";

/** Configuration → stacks → `cdktf.out`. */
function synthesize(config: SynthConfig): void {
  const app = new App({ stackTraces: false });
  const account = new AccountStack(app, "account", {
    backend: config.backend,
    code: bundleReconciler(),
    region: config.region,
    allowDestroy: config.allowDestroy,
    importExisting: config.importExisting,
  });
  const clusters = config.clusters.map((cluster) => addClusterStack(app, cluster, config.backend));
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

try {
  synthesize(loadSynthConfig(process.env["CONTAINER_INSIGHTS_CONFIG"]));
} catch (error) {
  if (!(error instanceof SynthConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
