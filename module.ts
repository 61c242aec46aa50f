import { relative } from "node:path";
import { ModuleFolderError, writeModule } from "./stacks/module-build.ts";
import { bundleReconciler } from "./stacks/reconciler-bundle.ts";
import { loadSynthConfig, SynthConfigError } from "./stacks/synth-config.ts";

/** `npm run synth:module [-- folder]`: the account stack as a Terraform module. Of the configuration it takes `allowDestroy`. */
async function synthesizeModule(directory: string, configFile: string | undefined): Promise<void> {
  if (directory.startsWith("-"))
    throw new ModuleFolderError(
      `There is no option "${directory}"; the only argument is the folder to write to, by default dist/module`,
    );
  const { allowDestroy } = loadSynthConfig(configFile);
  writeModule(directory, { code: await bundleReconciler(), allowDestroy });
  console.log(`Wrote the module to ${relative(process.cwd(), directory) || "."}`);
}

try {
  await synthesizeModule(process.argv[2] ?? "dist/module", process.env["CONTAINER_INSIGHTS_CONFIG"]);
} catch (error) {
  if (!(error instanceof SynthConfigError || error instanceof ModuleFolderError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
