import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ended, firstLine, startScript } from "./process.ts";
import { describeMachine, renderTable, summarize, type Measured, type Run } from "./report.ts";
import { POINTS } from "./samples/matrix.ts";
import { VARIANTS, type VariantName } from "./samples/variants.ts";
import { readFacts, type FileFacts } from "./samples/verify.ts";

const REFERENCE = "product" satisfies VariantName;
const OUT = join(import.meta.dirname, "out");
const RESULTS = join(import.meta.dirname, "results");

/**
 * Raw samples end to end: a Prometheus answer over loopback HTTP to a Parquet file. `npm run bench`, with
 * `-- --samples 3000000 --rounds 3 --variants bytes,floor,product,columns,json,lite`. Each run is a process of its own, the variants
 * take turns, the files are read back and must hold the same rows; times are compared within one run only.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      samples: { type: "string", default: "1000000" },
      rounds: { type: "string", default: "3" },
      variants: { type: "string", default: Object.keys(VARIANTS).join(",") },
    },
  });
  const series = Math.ceil(count(values.samples, "--samples") / POINTS);
  const rounds = count(values.rounds, "--rounds");
  const names = values.variants.split(",").map(variantName);
  const load = loadavg().map((value) => Math.round(value * 100) / 100);

  await mkdir(OUT, { recursive: true });
  const server = startScript(join(import.meta.dirname, "samples/server.ts"), [String(series)]);
  try {
    const { url, bytes } = await firstLine<{ url: string; bytes: number }>(server);
    console.log(
      `${series} series x ${POINTS} = ${series * POINTS} samples, ${(bytes / 1e6).toFixed(1)} MB of JSON, ${rounds} rounds`,
    );
    const measured = await measureAll(names, url, rounds);
    console.log(renderTable(measured, REFERENCE));
    const result = {
      benchmark: "samples end to end",
      samples: series * POINTS,
      series,
      jsonBytes: bytes,
      rounds,
      machine: describeMachine(),
      loadAverageBefore: load,
      summary: summarize(measured, REFERENCE),
      runs: measured,
    };
    const file = join(RESULTS, `samples-${count(values.samples, "--samples")}.json`);
    await mkdir(RESULTS, { recursive: true });
    await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
    console.log(`Written to ${file}`);
  } finally {
    server.kill();
    await rm(OUT, { recursive: true, force: true });
  }
}

async function measureAll(names: readonly VariantName[], url: string, rounds: number): Promise<Measured[]> {
  const runs = new Map<VariantName, Run[]>(names.map((name) => [name, []]));
  const sizes = new Map<VariantName, number>();
  let common: FileFacts | undefined;
  for (let round = 1; round <= rounds; round++) {
    for (const name of names) {
      const file = join(OUT, `${name}.parquet`);
      runs.get(name)?.push(await measure(name, url, file));
      console.log(`  round ${round} ${name}: ${((runs.get(name)?.at(-1)?.wallMs ?? 0) / 1000).toFixed(1)} s`);
      if (!VARIANTS[name].writes || sizes.has(name)) continue;
      sizes.set(name, (await stat(file)).size);
      const facts = await readFacts(file);
      common ??= facts;
      if (JSON.stringify(facts) !== JSON.stringify(common)) {
        throw new Error(
          `"${name}" wrote other rows: ${JSON.stringify(facts)} where ${JSON.stringify(common)} was expected`,
        );
      }
    }
  }
  return names.map((name) => ({
    variant: name,
    title: VARIANTS[name].title,
    runs: runs.get(name) ?? [],
    fileBytes: sizes.get(name) ?? 0,
  }));
}

async function measure(name: VariantName, url: string, file: string): Promise<Run> {
  const child = startScript(join(import.meta.dirname, "samples/child.ts"), [name, url, file]);
  const run = await firstLine<Run>(child);
  await ended(child);
  return run;
}

function count(text: string, flag: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`${flag} "${text}" is not a whole number above 0`);
  return value;
}

function variantName(text: string): VariantName {
  const names = Object.keys(VARIANTS) as VariantName[];
  const name = names.find((candidate) => candidate === text);
  if (!name) throw new Error(`--variants has "${text}"; expected some of "${names.join(",")}"`);
  return name;
}

await main();
