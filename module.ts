import { relative } from "node:path";
import { SynthConfigError } from "./stacks/config-problems.ts";
import { readConfigFile } from "./stacks/env.ts";
import { ModuleFolderError, writeModule } from "./stacks/module-build.ts";
import { bundleReconciler } from "./stacks/reconciler-bundle.ts";
import { loadSynthConfig } from "./stacks/synth-config.ts";

const DEFAULT_FOLDER = "dist/module";

const USAGE = `Writes the account stack as a Terraform module.

Usage: npm run synth:module [-- folder]      by default ${DEFAULT_FOLDER}

Example:
  npm run synth:module -- ../estate/modules/container-insights

Of container-insights.json, or the file that CONTAINER_INSIGHTS_CONFIG names, it takes "allowDestroy".`;

/** `npm run synth:module [-- folder]`. */
async function synthesizeModule(directory: string, configFile: string | undefined): Promise<void> {
  if (directory.startsWith("-"))
    throw new ModuleFolderError(
      `There is no option "${directory}"; the only argument is the folder to write to, by default ${DEFAULT_FOLDER}`,
    );
  const { allowDestroy } = loadSynthConfig(configFile);
  writeModule(directory, { code: await bundleReconciler(), allowDestroy });
  console.log(`Wrote the module to ${relative(process.cwd(), directory) || "."}`);
}

try {
  const [argument = DEFAULT_FOLDER] = process.argv.slice(2);
  if (argument === "--help" || argument === "-h") console.log(USAGE);
  else await synthesizeModule(argument, readConfigFile());
} catch (error) {
  if (!(error instanceof SynthConfigError || error instanceof ModuleFolderError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
