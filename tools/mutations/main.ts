/** `npm run mutations`: turns off one guard after the other and looks whether its test fails. `--help` says how. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MUTATIONS } from "./list.ts";
import type { Mutation, Result } from "./mutation.ts";
import { RUNNING } from "./run-tests.ts";
import { tryMutations } from "./try-mutations.ts";

const ROOT = join(import.meta.dirname, "../..");

const HELP = `Usage: npm run mutations -- [options]

Turns off one guard after the other, in a copy of the project outside of it, and runs the one test that has to
fail then. Exits 1 when a test passes nevertheless: then the guard can be lost unseen.

  --only <text>   mutations whose name contains the text
  --sample <n>    so many of them, chosen by the seed
  --seed <text>   what chooses them (default: the day)
  --jobs <n>      how many at once (default: 2)
  --list          names of the mutations, their files and tests; tries nothing
  --json          results as JSON
  --help          this text`;

function wholeNumber(option: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new Error(`Cannot read --${option}: it is "${text}"; expected a whole number from 1.`);
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: "" },
      sample: { type: "string" },
      seed: { type: "string", default: new Date().toISOString().slice(0, 10) },
      jobs: { type: "string", default: "2" },
      list: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const sample = values.sample === undefined ? undefined : wholeNumber("sample", values.sample);
  return { ...values, sample, jobs: wholeNumber("jobs", values.jobs) };
}

type Options = ReturnType<typeof readOptions>;

/** The same ones for the same seed, whatever else the list holds. */
function chosen({ only, sample, seed }: Options): Mutation[] {
  const order = ({ name }: Mutation): string => createHash("sha256").update(`${seed}/${name}`).digest("hex");
  const named = MUTATIONS.filter(({ name }) => name.includes(only));
  if (named.length === 0) {
    throw new Error(`Cannot find a mutation for --only "${only}"; --list shows their names.`);
  }
  if (sample === undefined) return named;
  return named.sort((left, right) => (order(left) < order(right) ? -1 : 1)).slice(0, sample);
}

function line({ verdict, mutation, test, seconds, reason }: Result): string {
  const row = `${verdict.padEnd(8)} | ${mutation} | ${test.name} | ${seconds.toFixed(1)}`;
  return reason === undefined ? row : `${row}\n${reason}`;
}

async function tryChosen(options: Options): Promise<void> {
  const mutations = chosen(options);
  const scratch = mkdtempSync(join(tmpdir(), "container-insights-mutations-"));
  const remove = (): void => rmSync(scratch, { recursive: true, force: true });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      for (const child of RUNNING) child.kill("SIGKILL");
      remove();
      process.exit(1);
    });
  }
  const tell = (text: string): void => void (options.json || console.log(text));
  if (options.sample !== undefined) tell(`seed: ${options.seed}`);
  tell("verdict  | mutation | test that has to fail | seconds");
  try {
    const { jobs } = options;
    const results = await tryMutations({ root: ROOT, scratch, mutations, jobs }, (result) =>
      tell(line(result)),
    );
    if (options.json) console.log(JSON.stringify(results, undefined, 2));
    const killed = results.filter(({ verdict }) => verdict === "killed").length;
    tell(`${killed} passed, ${results.length - killed} failed`);
    if (killed < results.length) process.exitCode = 1;
  } finally {
    remove();
  }
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options.help) console.log(HELP);
  else if (!options.list) await tryChosen(options);
  else for (const { name, file, test } of chosen(options)) console.log(`${name} | ${file} | ${test.name}`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
