import { execFileSync, spawn } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { loadavg } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { firstLine, startScript } from "../process.ts";
import { describeMachine } from "../report.ts";

const ROOT = join(import.meta.dirname, "../..");
const OUT = join(import.meta.dirname, "../out/memory");
const RESULTS = join(import.meta.dirname, "../results/memory.json");
const BUNDLE = join(OUT, "bundle");

const HOUR = "2026-11-22T10:00:00Z";
const UNTIL = "2026-11-22T11:00:00Z";
const CLUSTER_ARN = "arn:aws:eks:eu-west-1:123456789012:cluster/bench";

/** What the image starts Node with. */
async function imageFlags(): Promise<readonly string[]> {
  const text = await readFile(join(ROOT, "agent-src/Containerfile"), "utf8");
  const entryPoint = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(text)?.[1] ?? "[]") as string[];
  return entryPoint.filter((part) => part.startsWith("--"));
}

/** One export of one hour. */
interface Measurement {
  readonly job: string;
  readonly containers: number;
  readonly maxRssMiB: number;
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly rows: Readonly<Record<string, number>>;
  readonly failed: readonly string[];
}

interface Usage {
  readonly maxRssMiB: number;
  readonly cpuMs: number;
}

/**
 * Peak memory of the agent as its image runs it (the bundle on plain Node), exporting one hour of made-up clusters into
 * a folder. The sources are a process of their own. `npm run bench:memory -- --containers 5000,20000,50000 --jobs
 * hourly,samples`; `--json` prints the result instead of a table, `--datasets container` measures a part of a job, and
 * `--node-flags ""` takes other flags than the image's, here none. Memory is sound on a busy machine, time is not.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      containers: { type: "string", default: "5000,20000,50000" },
      jobs: { type: "string", default: "hourly,samples" },
      datasets: { type: "string" },
      "node-flags": { type: "string" },
      keep: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const flags = values["node-flags"]?.split(" ").filter((flag) => flag !== "") ?? (await imageFlags());
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  execFileSync(process.execPath, ["--import", "tsx", join(ROOT, "tools/bundle-agent.ts"), BUNDLE]);
  const load = loadavg().map((value) => Math.round(value * 100) / 100);
  const floor = await run(flags, ["--version"]);
  const measurements: Measurement[] = [];
  try {
    for (const containers of values.containers.split(",").map(Number)) {
      const server = startScript(join(import.meta.dirname, "server.ts"), [String(containers)]);
      try {
        const { url } = await firstLine<{ url: string }>(server);
        for (const job of values.jobs.split(",")) {
          const measured = await exportHour(flags, url, containers, job, values.datasets);
          measurements.push(measured);
          if (!values.json) console.log(describe(measured));
        }
      } finally {
        server.kill();
      }
    }
  } finally {
    if (!values.keep) await rm(OUT, { recursive: true, force: true });
  }
  const result = {
    benchmark: "peak memory",
    commit: execFileSync("git", ["describe", "--always", "--dirty"], { cwd: ROOT, encoding: "utf8" }).trim(),
    machine: describeMachine(),
    nodeFlags: flags,
    loadAverageBefore: load,
    floor,
    measurements,
    slopeMiBPerThousandContainers: slopes(measurements),
  };
  if (values.json) console.log(JSON.stringify(result, null, 2));
  else console.log(renderTable(measurements, floor));
  if (values.datasets === undefined) {
    await writeFile(RESULTS, `${JSON.stringify(result, null, 2)}\n`);
    if (!values.json) console.log(`Written to ${relative(process.cwd(), RESULTS)}`);
  }
  if (measurements.some(({ failed }) => failed.length > 0)) process.exitCode = 1;
}

async function exportHour(
  flags: readonly string[],
  url: string,
  containers: number,
  job: string,
  datasets: string | undefined,
): Promise<Measurement> {
  const sink = join(OUT, `${job}-${containers}`);
  const before = performance.now();
  const usage = await run(flags, [
    ...["export", "--prometheus-url", url, "--opencost-url", url, "--sink", pathToFileURL(sink).href],
    ...["--cluster-arn", CLUSTER_ARN, "--from", HOUR, "--until", UNTIL, "--job", job, "--json"],
    ...["--timeout", "600s", "--simulated", "memory benchmark"],
    ...(datasets === undefined ? [] : ["--datasets", datasets]),
  ]);
  const wallMs = performance.now() - before;
  const report = JSON.parse(usage.output) as {
    readonly exported: readonly { readonly dataset: string; readonly rows: number }[];
    readonly failed: readonly { readonly dataset: string; readonly reason: string }[];
  };
  return {
    job,
    containers,
    maxRssMiB: usage.maxRssMiB,
    cpuMs: usage.cpuMs,
    wallMs: Math.round(wallMs),
    rows: Object.fromEntries(report.exported.map(({ dataset, rows }) => [dataset, rows])),
    failed: report.failed.map(({ dataset, reason }) => `${dataset}: ${reason}`),
  };
}

/** Runs the bundle, and gives what it printed with what it took. */
async function run(
  flags: readonly string[],
  args: readonly string[],
): Promise<Usage & { readonly output: string }> {
  const meter = pathToFileURL(join(import.meta.dirname, "meter.mjs")).href;
  const child = spawn(
    process.execPath,
    [...flags, "--import", meter, join(BUNDLE, "container-insights.mjs"), ...args],
    { stdio: ["ignore", "pipe", "inherit", "pipe"] },
  );
  const [output, usage] = await Promise.all([textOf(child.stdio[1]), textOf(child.stdio[3])]);
  return { ...(JSON.parse(usage) as Usage), output };
}

async function textOf(stream: unknown): Promise<string> {
  let text = "";
  for await (const chunk of stream as AsyncIterable<Buffer>) text += chunk.toString();
  return text;
}

/** How much each thousand containers costs, between the smallest and the largest cluster of a job. */
function slopes(measurements: readonly Measurement[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const job of new Set(measurements.map((each) => each.job))) {
    const own = measurements.filter((each) => each.job === job);
    const [first, last] = [own[0], own.at(-1)];
    if (!first || !last || first.containers === last.containers) continue;
    const slope = (last.maxRssMiB - first.maxRssMiB) / ((last.containers - first.containers) / 1000);
    found[job] = Math.round(slope * 100) / 100;
  }
  return found;
}

function describe({ job, containers, maxRssMiB, failed }: Measurement): string {
  return `  ${job} ${containers}: ${maxRssMiB.toFixed(0)} MiB${failed.map((text) => `\n    failed: ${text}`).join("")}`;
}

function renderTable(measurements: readonly Measurement[], floor: Usage): string {
  const table = new Table({
    head: ["job", "containers", "rows", "peak RSS", "CPU", "wall"],
    colAligns: ["left", "right", "right", "right", "right", "right"],
    style: { head: [], border: [] },
  });
  table.push(["(bundle loaded)", "", "", `${floor.maxRssMiB.toFixed(0)} MiB`, seconds(floor.cpuMs), ""]);
  for (const { job, containers, rows, maxRssMiB, cpuMs, wallMs } of measurements) {
    const all = Object.values(rows).reduce((sum, count) => sum + count, 0);
    table.push(
      [job, containers, all, `${maxRssMiB.toFixed(0)} MiB`, seconds(cpuMs), seconds(wallMs)].map(String),
    );
  }
  const ends = Object.entries(slopes(measurements)).map(
    ([job, slope]) => `${job} ${slope} MiB per 1,000 containers`,
  );
  return [table.toString(), ...(ends.length > 0 ? [`slope: ${ends.join(", ")}`] : [])].join("\n");
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

await main();
