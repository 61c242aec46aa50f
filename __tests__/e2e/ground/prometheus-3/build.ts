import { copyFile, cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { ensurePart } from "../cache.ts";
import { runCommand } from "../command.ts";
import { buildGo, hashOf, moduleDirectory } from "../kubernetes/go-build.ts";

/** Go modules cannot be called v3 without a change of path, so Prometheus 3.5.0 is the module's v0.305.0. */
export const PROMETHEUS_3 = { version: "3.5.0", dependency: "github.com/prometheus/prometheus" } as const;

const MODULE = join(import.meta.dirname, "module");
const PLUGINS = "plugins.go";

/**
 * Builds Prometheus 3 from its own sources and its own pinned dependencies, with Kubernetes as the only plugin of
 * service discovery. The module's checksum is in `module/go.sum`. @returns the program's path
 */
export async function ensurePrometheus3(): Promise<string> {
  const version = `${PROMETHEUS_3.version}-${await hashOf(MODULE, [PLUGINS])}`;
  const directory = await ensurePart("prometheus", version, "prometheus", async (building) => {
    // Go takes no changed files below its module cache, so the plugins are chosen in a copy.
    const source = join(building, "source");
    await cp(await downloaded(), source, { recursive: true });
    await runCommand("chmod", ["-R", "u+w", source]);
    await copyFile(join(MODULE, PLUGINS), join(source, "plugins", PLUGINS));
    // Without the stamp its API would say version "".
    const stamps = [`github.com/prometheus/common/version.Version=${PROMETHEUS_3.version}`];
    await buildGo(source, { package: "./cmd/prometheus", stamps }, join(building, "prometheus"));
    await rm(source, { recursive: true });
  });
  return join(directory, "prometheus");
}

async function downloaded(): Promise<string> {
  await runCommand("go", ["mod", "download", PROMETHEUS_3.dependency], {
    cwd: MODULE,
    env: { GOTOOLCHAIN: "local", GOFLAGS: "" },
  });
  return moduleDirectory(MODULE, PROMETHEUS_3.dependency);
}
