import { homedir } from "node:os";
import { join } from "node:path";

/** Where installed parts and built histories are kept between runs: outside the repository. */
export function cacheRoot(): string {
  const given = process.env["CONTAINER_INSIGHTS_CACHE"];
  if (given) return given;
  return join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "container-insights");
}

/** The Terraform filesystem mirror that was named by hand; undefined: look for one. */
export function namedPluginMirror(): string | undefined {
  return process.env["TF_PLUGIN_MIRROR"];
}

/** The Terraform CLI configuration this machine already uses, if any. */
export function machineTerraformConfig(): string {
  return process.env["TF_CLI_CONFIG_FILE"] ?? join(homedir(), ".terraformrc");
}

/** A real OpenCost to use in place of the recorded answers. */
export function realOpencostUrl(): string | undefined {
  return process.env["OPENCOST_URL"] || undefined;
}

/** The generated cluster that the ground stands: GROUND_SEED, GROUND_PODS, GROUND_HOURS, as they were given. */
export function generatedClusterSettings(): Readonly<Record<"seed" | "pods" | "hours", string | undefined>> {
  const { GROUND_SEED: seed, GROUND_PODS: pods, GROUND_HOURS: hours } = process.env;
  return { seed, pods, hours };
}

/** The environment for a child process: this one's, without what would change its behaviour, plus `extra`. */
export function childEnv(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && !/^(AWS_|TF_|NODE_OPTIONS$|FORCE_COLOR$)/.test(name),
  ) as [string, string][];
  return { ...Object.fromEntries(kept), NO_COLOR: "1", ...extra };
}

/** From here on, temporary files of this process and of what it starts are made in `directory`. */
export function makeTemporaryFilesIn(directory: string): void {
  process.env["TMPDIR"] = directory;
}

/** The SDK's notice about Node versions to come would be printed between the checks. */
export function silenceSdkRuntimeNotice(): void {
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
}

/** How many cases each property is tried with in the nightly run. */
export function propertyRuns(): number {
  return Number(process.env["FAST_CHECK_RUNS"] ?? 1000);
}
