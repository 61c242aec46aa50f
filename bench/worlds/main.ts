import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Census } from "../../__tests__/worlds/census.ts";
import { CONTENTS } from "../../__tests__/worlds/contents.ts";
import { describeFailure, playWorlds, type PlayedWorlds } from "../../__tests__/worlds/play-worlds.ts";
import { ended, firstLine, startScript } from "../process.ts";
import { describeMachine } from "../report.ts";

const RESULTS = join(import.meta.dirname, "../results");

interface Share extends PlayedWorlds {
  readonly seed: number;
  readonly cpuSeconds: number;
}

/**
 * The role reconciler in random accounts with random faults, one process a core. `npm run bench:worlds`, with
 * `-- --worlds 200000 --seed 1`; `--keep` writes the result down. `-- --seed 1 --path 2437:2:1` plays one world that
 * failed, of those of one process, again.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      worlds: { type: "string", default: "200000" },
      seed: { type: "string", default: "1" },
      path: { type: "string" },
      keep: { type: "boolean", default: false },
    },
  });
  const seed = wholeNumber(values.seed, "--seed");
  if (values.path !== undefined) return playAgain(seed, values.path);
  const worlds = wholeNumber(values.worlds, "--worlds");
  const load = loadavg().map((value) => Math.round(value * 100) / 100);
  const before = performance.now();
  const shares = await playShares(seed, worlds);
  const wallSeconds = Math.round((performance.now() - before) / 1000);
  const census = sumOf(shares);
  const missing = CONTENTS.filter((name) => census[name] === undefined);
  const seeds = shares.map((share) => share.seed);
  const cpuSeconds = shares.reduce((sum, share) => sum + share.cpuSeconds, 0);
  for (const [name, count] of Object.entries(census)) console.log(`${String(count).padStart(8)} ${name}`);
  const played = shares.reduce((sum, share) => sum + share.worlds, 0);
  console.log(`${played} worlds of seeds ${seeds.join(", ")} in ${wallSeconds} s, ${cpuSeconds} CPU s`);
  for (const { failure } of shares) if (failure) console.log(describeFailure(failure));
  if (missing.length > 0) console.log(`In no world: ${missing.join(", ")}`);
  const failed = shares.some(({ failure }) => failure) || missing.length > 0;
  if (failed) process.exitCode = 1;
  if (values.keep && !failed) {
    await keep({ worlds: played, seeds, wallSeconds, cpuSeconds, loadAverageBefore: load, census });
  }
}

async function keep(result: object): Promise<void> {
  const file = join(RESULTS, "worlds.json");
  await mkdir(RESULTS, { recursive: true });
  const text = { benchmark: "random worlds", machine: describeMachine(), ...result };
  await writeFile(file, `${JSON.stringify(text, null, 2)}\n`);
  console.log(`Written to ${file}`);
}

/** Every process has a seed of its own. */
function playShares(seed: number, worlds: number): Promise<Share[]> {
  const processes = availableParallelism();
  return Promise.all(
    Array.from({ length: processes }, async (_, at) => {
      const share = Math.ceil(worlds / processes);
      const child = startScript(join(import.meta.dirname, "child.ts"), [String(seed + at), String(share)]);
      const played = await firstLine<Share>(child);
      await ended(child);
      return played;
    }),
  );
}

async function playAgain(seed: number, path: string): Promise<void> {
  const { failure } = await playWorlds(seed, 1, path);
  console.log(failure ? describeFailure(failure) : "Nothing is wrong in this world");
  if (failure) process.exitCode = 1;
}

function sumOf(shares: readonly Share[]): Census {
  const sum: Census = {};
  for (const { census } of shares) {
    for (const [name, count] of Object.entries(census)) sum[name] = (sum[name] ?? 0) + count;
  }
  return Object.fromEntries(Object.entries(sum).sort(([left], [right]) => (left < right ? -1 : 1)));
}

function wholeNumber(text: string, flag: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`${flag} "${text}" is not a whole number`);
  return value;
}

await main();
