import { readConfigFile } from "./stacks/env.ts";
import { bundleReconciler } from "./stacks/reconciler-bundle.ts";
import { loadSynthConfig, SynthConfigError } from "./stacks/synth-config.ts";

try {
  const config = loadSynthConfig(readConfigFile());
  // Side by side: esbuild bundles in a process of its own, and CDKTF's bindings take as long to load.
  const [code, { synthesize }] = await Promise.all([bundleReconciler(), import("./stacks/synthesize.ts")]);
  await synthesize(config, code);
} catch (error) {
  process.setSourceMapsEnabled(true);
  if (!(error instanceof SynthConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
