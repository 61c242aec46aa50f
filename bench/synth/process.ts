import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
const BIN = join(ROOT, "node_modules/.bin");
const KEPT_ARCHIVE = join(ROOT, "dist/role-reconciler.zip");

/** How a script is started, as package.json and deno.json do. */
export const RUNTIMES = {
  tsx: [process.execPath, "--import", "tsx/esm"],
  deno: [join(BIN, "deno"), "run", "-A"],
} as const satisfies Record<string, readonly string[]>;

export type RuntimeName = keyof typeof RUNTIMES;

const CLUSTER = {
  clusterArn: "arn:aws:eks:eu-west-1:123456789012:cluster/prod",
  prometheusUrl: "http://prometheus-server.monitoring.svc",
  openCostUrl: "http://opencost.opencost.svc:9003",
};

/** What is run, with its configuration, and whether the Lambdas are bundled in it. `limits` are what a synth may take at most, in milliseconds. */
export const SCRIPTS = {
  empty: {
    title: "empty script (floor)",
    file: "bench/synth/empty.ts",
    config: {},
    bundles: false,
    limits: undefined,
  },
  account: {
    title: "account stack",
    file: "main.ts",
    config: {},
    bundles: false,
    limits: { tsx: 1000, deno: 600 },
  },
  cluster: {
    title: "account stack and a cluster's",
    file: "main.ts",
    config: { clusters: [CLUSTER] },
    bundles: false,
    limits: { tsx: 1000, deno: 600 },
  },
  // The first synth of a clone, and of every change to the Lambdas.
  changed: {
    title: "account stack, Lambdas bundled anew",
    file: "main.ts",
    config: {},
    bundles: true,
    limits: { tsx: 1000, deno: 600 },
  },
} as const;

export type ScriptName = keyof typeof SCRIPTS;

/**
 * Runs a script in a process of its own, with an output folder of its own.
 * @returns milliseconds from the process's start to its exit
 * @throws Error with what it said when it failed
 */
export async function measureProcess(
  runtime: RuntimeName,
  script: ScriptName,
  directory: string,
): Promise<number> {
  const own = await mkdtemp(join(directory, `${runtime}-`));
  const config = join(own, "config.json");
  await writeFile(config, JSON.stringify(SCRIPTS[script].config));
  const [command, ...options] = RUNTIMES[runtime];
  const args = [...options, SCRIPTS[script].file];
  if (SCRIPTS[script].bundles) await rm(KEPT_ARCHIVE, { force: true });
  const before = performance.now();
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, CONTAINER_INSIGHTS_CONFIG: config, CDKTF_OUTDIR: join(own, "out") },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (text: Buffer) => (said += text.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  const wallMs = performance.now() - before;
  if (code !== 0) throw new Error(`"${[command, ...args].join(" ")}" ended with ${code}\n${said}`);
  return wallMs;
}
