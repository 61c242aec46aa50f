import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { runCommand } from "../../__tests__/e2e/ground/command.ts";
import { runProgram } from "../../__tests__/e2e/program.ts";
import { describeMachine } from "../report.ts";
import { ensureNops, ensureParquetExporter } from "./checkouts.ts";
import { nopsJobs, ourJobs, parquetExporterJobs } from "./jobs.ts";
import { measureJob, type Job, type JobRun } from "./measure.ts";
import { compare, renderPeers, summarizeJobs } from "./report.ts";
import { startPeerSources, type PeerSources } from "./sources.ts";

const ROOT = join(import.meta.dirname, "../..");
const RESULTS = join(import.meta.dirname, "../results");
const EXPORTERS = ["ours", "nops", "parquet-exporter"] as const;

interface Settings {
  readonly pods: number;
  readonly hours: number;
  readonly rounds: number;
  readonly exporters: readonly string[];
  readonly nopsFrom?: string;
  readonly parquetExporterFrom?: string;
  readonly madeUp: boolean;
  readonly keep: boolean;
}

/**
 * The agent beside nOps' agent and opencost-parquet-exporter: the same hour of the same Prometheus and OpenCost (a
 * stand-in), each as its CronJob or image runs it, in turn. `npm run bench:peers -- --pods 2000 --rounds 3`.
 * `--exporters parquet-exporter,ours` leaves one out and gives the order; `--made-up` takes sources that need no history
 * (the generated one of 20,000 pods takes 20 minutes to make). The others are cloned, from `--nops-from` and
 * `--parquet-exporter-from` where given, and installed into the cache outside the repository.
 * Ends with 1 when a bar is missed or a run of ours fails.
 */
async function main(): Promise<void> {
  const settings = readSettings();
  const directory = await mkdtemp(join(tmpdir(), "container-insights-peers-"));
  try {
    const bundle = join(directory, "bundle");
    await runCommand(process.execPath, ["--import", "tsx", join(ROOT, "tools/bundle-agent.ts"), bundle], {
      cwd: ROOT,
    });
    const choices = { seed: "1", pods: settings.pods, hours: settings.hours };
    const sources = await startPeerSources(choices, settings.madeUp, directory);
    try {
      await compareAll(settings, join(bundle, "container-insights.mjs"), sources, directory);
    } finally {
      await sources.stop();
    }
  } finally {
    if (settings.keep) console.log(`files: ${directory}`);
    else await rm(directory, { recursive: true, force: true });
  }
}

async function compareAll(
  settings: Settings,
  bundle: string,
  sources: PeerSources,
  directory: string,
): Promise<void> {
  const jobs = await chosenJobs(settings, bundle, sources, directory);
  const load = loadavg();
  const runs: JobRun[] = [];
  for (let round = 1; round <= settings.rounds; round++) {
    for (const job of jobs) {
      const run = await measureJob(job, sources, directory, runs.length);
      runs.push(run);
      console.log(
        `  round ${round} ${job.exporter} ${job.name}: ${(run.wallMs / 1000).toFixed(1)} s, ${run.maxRssMiB} MiB`,
      );
      if (run.said !== undefined) console.log(`    ended with ${run.code}: ${run.said}`);
    }
  }
  const summary = summarizeJobs(runs);
  const comparisons = compare(summary, settings.pods);
  console.log(renderPeers(summary, comparisons));
  const result = {
    benchmark: "beside the reference exporters",
    commit: (await runCommand("git", ["describe", "--always", "--dirty"], { cwd: ROOT })).stdout.trim(),
    machine: describeMachine(),
    loadAverage: { before: load, after: loadavg() },
    pods: settings.pods,
    sources: settings.madeUp
      ? "made up while they are read"
      : "generated history in Prometheus, OpenCost's stand-in",
    hour: new Date(sources.hour * 1000).toISOString(),
    rounds: settings.rounds,
    comparisons,
    runs,
  };
  const file = join(RESULTS, `peers-${settings.pods}.json`);
  await mkdir(RESULTS, { recursive: true });
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
  console.log(`Written to ${relative(process.cwd(), file)}`);
  const missed = comparisons.some(({ ratio, limit }) => limit !== undefined && !(ratio <= limit));
  if (missed || runs.some(({ exporter, code }) => exporter === "ours" && code !== 0)) process.exitCode = 1;
}

async function chosenJobs(
  settings: Settings,
  bundle: string,
  sources: PeerSources,
  directory: string,
): Promise<Job[]> {
  const jobs: Job[] = [];
  for (const exporter of settings.exporters) {
    if (exporter === "ours") jobs.push(...(await ourJobs(bundle, sources, directory)));
    if (exporter === "nops") jobs.push(...nopsJobs(await ensureNops(settings.nopsFrom), sources));
    if (exporter === "parquet-exporter") {
      jobs.push(...parquetExporterJobs(await ensureParquetExporter(settings.parquetExporterFrom), sources));
    }
  }
  return jobs;
}

function readSettings(): Settings {
  const { values } = parseArgs({
    options: {
      pods: { type: "string", default: "2000" },
      hours: { type: "string", default: "2" },
      rounds: { type: "string", default: "3" },
      exporters: { type: "string", default: EXPORTERS.join(",") },
      "nops-from": { type: "string" },
      "parquet-exporter-from": { type: "string" },
      "made-up": { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
    },
  });
  const exporters = values.exporters.split(",");
  const unknown = exporters.find((name) => !EXPORTERS.some((known) => known === name));
  if (unknown !== undefined) {
    throw new Error(`--exporters has "${unknown}"; expected some of "${EXPORTERS.join(",")}"`);
  }
  const [nops, exporter] = [values["nops-from"], values["parquet-exporter-from"]];
  return {
    pods: count(values.pods, "--pods"),
    hours: count(values.hours, "--hours"),
    rounds: count(values.rounds, "--rounds"),
    exporters,
    ...(nops === undefined ? {} : { nopsFrom: nops }),
    ...(exporter === undefined ? {} : { parquetExporterFrom: exporter }),
    madeUp: values["made-up"],
    keep: values.keep,
  };
}

function count(text: string, flag: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${flag} "${text}" is not a whole number above 0`);
}

await runProgram(main);
