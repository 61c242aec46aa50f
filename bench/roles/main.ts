import { cpSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { transform } from "esbuild";
import {
  reconcilerLambda,
  unpackReconciler,
  type ReconcilerLambdaOptions,
} from "../../__tests__/support/lambda-runtime/reconciler-lambda.ts";
import { ended, firstLine, startScript } from "../process.ts";
import { describeMachine } from "../report.ts";
import { REGIONS } from "./account.ts";
import { limitCpu } from "./cpu-share.ts";
import { emptyCode, measureColdStart, measureRun, SCHEDULED, type ColdStart, type Run } from "./measure.ts";
import {
  CPU_SHARE,
  EMPTY,
  LIMITED,
  renderColdStarts,
  renderRuns,
  summarizeStarts,
  verdicts,
} from "./report.ts";

const RESULTS = join(import.meta.dirname, "../results");
const ENTRIES = ["role-creation", "role-management"] as const;
const LATENCY_MS = 20;

/**
 * The role reconciler as Lambda runs it, against a loopback AWS with a thousand clusters in twenty regions whose every
 * answer takes 20 ms more: the first run, unchanged runs, a destroy; and the start of a process with the code as it is
 * deployed, minified, and with an empty handler, which is what the runtime takes. `npm run bench:roles`, with
 * `-- --clusters 1000 --rounds 5` (of the starts).
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      clusters: { type: "string", default: "1000" },
      rounds: { type: "string", default: "5" },
    },
  });
  const clusters = wholeNumber(values.clusters, "--clusters");
  const rounds = wholeNumber(values.rounds, "--rounds");
  const load = loadavg().map((value) => Math.round(value * 100) / 100);
  const directory = await mkdtemp(join(tmpdir(), "container-insights-bench-"));
  try {
    const code = await prepareCode(directory);
    const starts = await measureStarts(code, rounds);
    const runs = await measureRuns(code, clusters);
    const summary = summarizeStarts(starts);
    const idleMiB = runs.find(({ title }) => title === EMPTY)?.peakRssMiB ?? 0;
    const checks = verdicts(runs, clusters, idleMiB, code.bytes);
    console.log(renderColdStarts(summary, code.bytes));
    console.log(renderRuns(runs, clusters, idleMiB));
    for (const { bar, value, kept } of checks) console.log(`${kept ? "kept  " : "MISSED"} ${bar}: ${value}`);
    const result = {
      benchmark: "role reconciler",
      clusters,
      regions: REGIONS.length,
      latencyMs: LATENCY_MS,
      machine: describeMachine(),
      loadAverageBefore: load,
      bundleBytes: code.bytes,
      coldStarts: summary,
      runs,
      checks,
    };
    const file = join(RESULTS, `roles-${clusters}.json`);
    await mkdir(RESULTS, { recursive: true });
    await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
    console.log(`Written to ${file}`);
    if (checks.some(({ kept }) => !kept)) process.exitCode = 1;
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Folders of code by what is in them, and the bytes that a process loads of each. */
interface Code {
  readonly folders: Readonly<Record<"empty" | "deployed" | "minified", string>>;
  readonly bytes: Readonly<Record<"deployed" | "minified", number>>;
}

async function prepareCode(directory: string): Promise<Code> {
  const deployed = await unpackReconciler(directory);
  const minified = join(directory, "minified");
  cpSync(deployed, minified, { recursive: true });
  const file = join(minified, "reconciler.js");
  const { code } = await transform(readFileSync(file), {
    minify: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    legalComments: "eof",
    charset: "utf8",
  });
  writeFileSync(file, code);
  const bytes = (folder: string): number => statSync(join(folder, "reconciler.js")).size;
  return {
    folders: { empty: emptyCode(directory, ENTRIES), deployed, minified },
    bytes: { deployed: bytes(deployed), minified: bytes(minified) },
  };
}

const NOWHERE = { endpoint: "http://127.0.0.1:9", regions: ["eu-west-1"] } as const;

async function measureStarts({ folders }: Code, rounds: number): Promise<Record<string, ColdStart[]>> {
  const starts: Record<string, ColdStart[]> = {};
  // Round 0 is not kept: it reads the files from disk.
  for (let round = 0; round <= rounds; round++) {
    for (const [name, folder] of Object.entries(folders)) {
      for (const entry of name === "empty" ? ENTRIES.slice(0, 1) : ENTRIES) {
        const start = await measureColdStart(reconcilerLambda(folder, { entry, ...NOWHERE }));
        if (round > 0) (starts[name === "empty" ? name : `${entry}, ${name}`] ??= []).push(start);
      }
    }
  }
  return starts;
}

type Entry = ReconcilerLambdaOptions["entry"];

/** What is measured in one process, after the other: titles, and the events that start them. */
const PROCESSES: readonly {
  readonly code: "empty" | "deployed";
  readonly entry: Entry;
  readonly runs: Readonly<Record<string, object>>;
  /** Whether the process gets only the CPU that Lambda gives to its memory. */
  readonly limited?: boolean;
}[] = [
  { code: "empty", entry: "role-management", runs: { [EMPTY]: SCHEDULED } },
  { code: "deployed", entry: "role-management", runs: { "first run": SCHEDULED } },
  {
    code: "deployed",
    entry: "role-management",
    runs: { "unchanged run": SCHEDULED, "unchanged, warm": SCHEDULED, "unchanged, by hand": {} },
  },
  { code: "deployed", entry: "role-management", runs: { [LIMITED]: SCHEDULED }, limited: true },
  { code: "deployed", entry: "role-creation", runs: { destroy: { tf: { action: "delete" } } } },
];

async function measureRuns({ folders }: Code, clusters: number): Promise<Run[]> {
  const aws = startScript(join(import.meta.dirname, "aws.ts"), [String(clusters), String(LATENCY_MS)]);
  try {
    const { url, control } = await firstLine<{ url: string; control: string }>(aws);
    const runs: Run[] = [];
    for (const { code, entry, runs: events, limited = false } of PROCESSES) {
      const lambda = reconcilerLambda(folders[code], { entry, endpoint: url, regions: REGIONS });
      await lambda.start();
      try {
        await lambda.initialize();
        const release = limited && lambda.pid ? limitCpu(lambda.pid, CPU_SHARE) : () => undefined;
        for (const [title, event] of Object.entries(events)) {
          const run = await measureRun(lambda, title, event, control);
          console.log(`  ${title}: ${(run.wallMs / 1000).toFixed(1)} s`);
          runs.push(run);
        }
        release();
      } finally {
        await lambda.stop();
      }
    }
    return runs;
  } finally {
    aws.kill();
    await ended(aws).catch(() => undefined); // by our signal
  }
}

function wholeNumber(text: string, flag: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`${flag} "${text}" is not a whole number above 0`);
  return value;
}

await main();
