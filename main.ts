import { join } from "node:path";
import { App } from "cdktf";
import { AccountStack } from "./stacks/account-stack.ts";
import { addClusterStack } from "./stacks/configured-cluster.ts";
import { bundleReconciler } from "./stacks/reconciler-bundle.ts";
import { loadSynthConfig, SynthConfigError, type SynthConfig } from "./stacks/synth-config.ts";

/** Configuration → stacks → `cdktf.out`. */
function synthesize(config: SynthConfig): void {
  const app = new App({ stackTraces: false });
  new AccountStack(app, "account", {
    backend: config.backend,
    code: bundleReconciler(join(import.meta.dirname, "dist")),
    region: config.region,
    allowDestroy: config.allowDestroy,
  });
  for (const cluster of config.clusters) addClusterStack(app, cluster, config.backend);
  app.synth();
}

try {
  synthesize(loadSynthConfig(process.env["CONTAINER_INSIGHTS_CONFIG"]));
} catch (error) {
  if (!(error instanceof SynthConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
