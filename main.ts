import { App } from "cdktf";
import { AccountStack } from "./stacks/account-stack.ts";
import { addClusterStack } from "./stacks/configured-cluster.ts";
import { bundleReconciler } from "./stacks/reconciler-bundle.ts";
import { loadSynthConfig, SynthConfigError, type SynthConfig } from "./stacks/synth-config.ts";

/** Configuration → stacks → `cdktf.out`. */
function synthesize(config: SynthConfig): void {
  const app = new App({ stackTraces: false });
  const account = new AccountStack(app, "account", {
    backend: config.backend,
    code: bundleReconciler(),
    region: config.region,
    allowDestroy: config.allowDestroy,
  });
  const clusters = config.clusters.map((cluster) => addClusterStack(app, cluster, config.backend));
  app.synth();
  const stacks = [account, ...clusters].map((stack) => stack.node.id);
  console.log(`Wrote ${stacks.join(", ")} to ${app.outdir}/stacks`);
}

try {
  synthesize(loadSynthConfig(process.env["CONTAINER_INSIGHTS_CONFIG"]));
} catch (error) {
  if (!(error instanceof SynthConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
