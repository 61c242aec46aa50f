import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isoSeconds, SECONDS_PER_HOUR } from "../contract/hours.ts";
import { runCli } from "../cli/main.ts";
import type { DemoHour } from "./daily-curve.ts";
import type { ReplayServer } from "./replay/server.ts";
import { runScript, startService } from "./runtime.ts";

/** Where the demo's project and its output are. */
export interface DemoPlaces {
  readonly root: string;
  readonly out: string;
}

/** The cluster that the recording is exported as. */
export const DEMO_CLUSTER_ARN = "arn:aws:eks:us-east-1:123456789012:cluster/lab";

/** What manifests and report say about the data; the screen says it once, where the files are verified. */
export const SIMULATED =
  "three hours of a test cluster with 2,000 pods, as a real Prometheus and a real OpenCost answered them, moved to now; the 21 hours before are scaled from them by an invented daily curve";

/** The sink's URL. */
export function sinkUrl({ out }: DemoPlaces): string {
  return pathToFileURL(out).href;
}

/** Runs the real exporter on the replayed hours. */
export async function exportDay(places: DemoPlaces, day: readonly DemoHour[]): Promise<void> {
  const from = day[0]?.hour ?? 0;
  const newest = day.at(-1)?.hour ?? 0;
  const replay = await startService(places.root, "demo/replay/main.ts", [String(newest)]);
  try {
    const urls = JSON.parse(replay.firstLine) as Pick<ReplayServer, "prometheusUrl" | "openCostUrl">;
    await command("export", [
      ...["--prometheus-url", urls.prometheusUrl, "--opencost-url", urls.openCostUrl],
      ...["--cluster-arn", DEMO_CLUSTER_ARN, "--sink", sinkUrl(places)],
      ...["--from", isoSeconds(from), "--until", isoSeconds(newest + SECONDS_PER_HOUR), "--settle", "0s"],
      ...["--simulated", SIMULATED],
    ]);
  } finally {
    await replay.stop();
  }
}

/** Checks every file against its manifest. */
export async function verifyDay(places: DemoPlaces): Promise<void> {
  await command("verify", ["--cluster-arn", DEMO_CLUSTER_ARN, "--sink", sinkUrl(places)]);
}

/** Writes the report. Returns its path. */
export async function writeReport(places: DemoPlaces): Promise<string> {
  const path = join(places.out, "report.html");
  await command("report", ["--sink", sinkUrl(places), "--out", path]);
  return path;
}

/** Plans the roles of a recorded account; nothing is asked of AWS. */
export async function planRoles({ root }: DemoPlaces): Promise<void> {
  await command("roles", ["plan", "--inventory", join(root, "demo/recorded/account-inventory.json")]);
}

/** Synthesizes the Terraform of an account and of the cluster into `cdktf.out`. */
export async function synthesize({ root }: DemoPlaces): Promise<void> {
  await runScript(root, "main.ts", { CONTAINER_INSIGHTS_CONFIG: join(root, "demo/synth-config.json") });
}

/** Runs a command of the command line in this process, exactly as a person would. */
async function command(name: string, args: readonly string[]): Promise<void> {
  await runCli([name, ...args]);
  if (process.exitCode)
    throw new Error(`"container-insights ${name}" ended with exit code ${process.exitCode}`);
}
