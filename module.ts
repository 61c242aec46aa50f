import { relative } from "node:path";
import { writeModule } from "./stacks/module-build.ts";
import { bundleReconciler } from "./stacks/reconciler-bundle.ts";
import { loadSynthConfig, SynthConfigError } from "./stacks/synth-config.ts";

/** `npm run synth:module [-- folder]`: the account stack as a Terraform module. Of the configuration it takes `allowDestroy`. */
function synthesizeModule(directory: string, configFile: string | undefined): void {
  const { allowDestroy } = loadSynthConfig(configFile);
  writeModule(directory, { code: bundleReconciler(), allowDestroy });
  console.log(`Wrote the module to ${relative(process.cwd(), directory) || "."}`);
}

try {
  synthesizeModule(process.argv[2] ?? "dist/module", process.env["CONTAINER_INSIGHTS_CONFIG"]);
} catch (error) {
  if (!(error instanceof SynthConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
