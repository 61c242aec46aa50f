import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ensurePart, partDirectory, tellMade } from "./cache.ts";
import { runCommand } from "./command.ts";
import { unpackPackages } from "./debian.ts";
import { ensureGoInstalled } from "./go-install.ts";

/** Pinned versions of what is installed here; those of other parts stand beside what builds them. */
export const VERSIONS = {
  prometheus: "2.42.0",
  ministack: "1.5.33",
  versitygw: "1.8.0",
  helm: "4.3.1",
  pyarrow: "26.0.1",
  duckdb: "2.0.0",
  polars: "2.1.0",
  kubernetesValidate: "1.37.0",
  checkov: "3.3.30",
} as const;

/** Debian's Prometheus, unpacked without installing it, so that no service starts. */
export async function ensurePrometheus(): Promise<{ prometheus: string; promtool: string }> {
  const directory = await ensurePart("prometheus", VERSIONS.prometheus, "prometheus", async (building) => {
    const unpacked = join(building, "unpacked");
    await mkdir(unpacked);
    await unpackPackages(unpacked, ["prometheus"]);
    for (const program of ["prometheus", "promtool"]) {
      await rename(join(unpacked, "usr/bin", program), join(building, program));
    }
    await rm(unpacked, { recursive: true });
    const { stdout, stderr } = await runCommand(join(building, "promtool"), ["--version"]);
    if (!`${stdout}${stderr}`.includes(VERSIONS.prometheus)) {
      throw new Error(
        `the distribution's Prometheus is not "${VERSIONS.prometheus}" but: ${stdout}${stderr}`,
      );
    }
  });
  return { prometheus: join(directory, "prometheus"), promtool: join(directory, "promtool") };
}

/** The AWS emulator, in its own virtual environment. Returns the program's path. */
export async function ensureMinistack(): Promise<string> {
  const directory = await ensureVenv("ministack", VERSIONS.ministack, "bin/ministack", [
    `ministack==${VERSIONS.ministack}`,
  ]);
  return join(directory, "bin/ministack");
}

/** A Python with the independent Parquet readers. Returns the interpreter's path. */
export async function ensureReaders(): Promise<string> {
  const version = `${VERSIONS.pyarrow}-${VERSIONS.duckdb}-${VERSIONS.polars}`;
  const directory = await ensureVenv("readers", version, "bin/python", [
    `pyarrow==${VERSIONS.pyarrow}`,
    `duckdb==${VERSIONS.duckdb}`,
    `polars==${VERSIONS.polars}`,
  ]);
  return join(directory, "bin/python");
}

/** Holds objects against Kubernetes' own schemas, offline. Returns the program's path. */
export async function ensureKubernetesValidate(): Promise<string> {
  const version = VERSIONS.kubernetesValidate;
  const program = "bin/kubernetes-validate";
  const directory = await ensureVenv("kubernetes-validate", version, program, [
    `kubernetes-validate==${version}`,
  ]);
  return join(directory, program);
}

/** Holds Terraform's files and plans to the rules of its policy index, offline. Returns the program's path. */
export async function ensureCheckov(): Promise<string> {
  const directory = await ensureVenv("checkov", VERSIONS.checkov, "bin/checkov", [
    `checkov==${VERSIONS.checkov}`,
  ]);
  return join(directory, "bin/checkov");
}

// Programs of a virtual environment name its path, so it is made in place; a stamp says that it is complete.
/**
 * A virtual environment with `requirements`, made once. @returns its directory
 */
export async function ensureVenv(
  part: string,
  version: string,
  program: string,
  requirements: string[],
): Promise<string> {
  const directory = partDirectory(part, version);
  const stamp = join(directory, "complete");
  if (existsSync(stamp) && existsSync(join(directory, program))) return directory;
  const start = performance.now();
  await runCommand("python3", ["-m", "venv", "--clear", directory]);
  await runCommand(join(directory, "bin/python"), ["-m", "pip", "install", "--quiet", ...requirements]);
  await writeFile(stamp, `${requirements.join("\n")}\n`);
  tellMade(part, version, start);
  return directory;
}

/** The strict S3 server. Returns the program's path. */
export async function ensureVersitygw(): Promise<string> {
  return ensureGoInstalled("versitygw", VERSIONS.versitygw, "github.com/versity/versitygw/cmd/versitygw");
}

/** Helm. Returns the program's path. */
export async function ensureHelm(): Promise<string> {
  return ensureGoInstalled("helm", VERSIONS.helm, "helm.sh/helm/v4/cmd/helm");
}
