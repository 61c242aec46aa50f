import { SynthConfigError } from "./stacks/config-problems.ts";
import { readConfigFile } from "./stacks/env.ts";
import { startBundle } from "./stacks/reconciler-bundle.ts";

try {
  // First: the Lambdas are bundled by another process, while this one loads all the rest.
  const { archive } = await startBundle();
  const [config, { synthesize }] = await Promise.all([
    import("./stacks/synth-config.ts").then(({ loadSynthConfig }) => loadSynthConfig(readConfigFile())),
    import("./stacks/synthesize.ts"),
  ]);
  await synthesize(config, await archive);
} catch (error) {
  process.setSourceMapsEnabled(true);
  if (!(error instanceof SynthConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
