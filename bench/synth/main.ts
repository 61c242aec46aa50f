import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { describeMachine } from "../report.ts";
import { RUNTIMES, SCRIPTS, measureProcess, type RuntimeName, type ScriptName } from "./process.ts";
import { renderTable, summarize, type Sample } from "./report.ts";

const RESULTS = join(import.meta.dirname, "../results");

/**
 * Whole processes from start to exit: the synth of the account stack alone, and with a cluster's stack, under tsx and
 * Deno, beside an empty script, which is what the machine takes to start each runtime. `npm run bench:synth`, with
 * `-- --rounds 9`. The variants take turns; medians are compared within one run only.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { rounds: { type: "string", default: "9" } } });
  const rounds = wholeRounds(values.rounds);
  const load = loadavg().map((value) => Math.round(value * 100) / 100);
  const directory = await mkdtemp(join(tmpdir(), "container-insights-bench-"));
  try {
    const samples = await measureAll(rounds, directory);
    const summary = summarize(samples);
    console.log(renderTable(summary));
    const result = {
      benchmark: "synth",
      rounds,
      machine: describeMachine(),
      loadAverageBefore: load,
      summary,
      samples,
    };
    const file = join(RESULTS, "synth.json");
    await mkdir(RESULTS, { recursive: true });
    await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
    console.log(`Written to ${file}`);
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function measureAll(rounds: number, directory: string): Promise<Sample[]> {
  const variants = (Object.keys(RUNTIMES) as RuntimeName[]).flatMap((runtime) =>
    (Object.keys(SCRIPTS) as ScriptName[]).map((script) => ({ runtime, script })),
  );
  const samples: Sample[] = [];
  // Round 0 is not kept: it reads the files from disk, and fills what Deno and tsx keep of compiled sources.
  for (let round = 0; round <= rounds; round++) {
    for (const variant of variants) {
      const wallMs = await measureProcess(variant.runtime, variant.script, directory);
      if (round > 0) samples.push({ ...variant, round, wallMs: Math.round(wallMs * 10) / 10 });
    }
  }
  return samples;
}

function wholeRounds(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--rounds "${text}" is not a whole number above 0`);
  return value;
}

await main();
