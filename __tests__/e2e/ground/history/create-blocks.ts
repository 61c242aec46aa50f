import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../command.ts";
import { ensurePrometheus } from "../parts.ts";
import { watchPeakMemory } from "../peak-memory.ts";
import type { LivingSeries } from "./lifetimes.ts";
import { writeOpenMetrics } from "./open-metrics.ts";

/** How Prometheus cuts time into blocks: promtool reads a file once for each of them. */
const BLOCK_SECONDS = 7200;
/** Text of this many samples is about 1.5 GB. */
const MOST_SAMPLES = 4_000_000;

/** What was written. */
export interface CreatedBlocks {
  readonly samples: number;
  /** Seconds in which the text was written, and in which promtool read it. */
  readonly writing: number;
  readonly reading: number;
  /** Of promtool. */
  readonly peakBytes: number;
}

/**
 * Makes Prometheus' blocks of series in `directory`, from one text after the other, none of which outgrows the disk.
 * @param stepSeconds between two samples; the edges of all series are multiples of it
 */
export async function createBlocks(
  series: readonly LivingSeries[],
  stepSeconds: number,
  directory: string,
): Promise<CreatedBlocks> {
  const { promtool } = await ensurePrometheus();
  const text = join(directory, "history.om");
  await mkdir(directory, { recursive: true });
  let [samples, writing, reading, peakBytes] = [0, 0, 0, 0];
  for (const part of textParts(series, stepSeconds)) {
    const start = performance.now();
    samples += writeOpenMetrics(text, part, stepSeconds);
    const written = performance.now();
    const args = ["tsdb", "create-blocks-from", "openmetrics", "--quiet", text, directory];
    const peak = watchPeakMemory();
    await runCommand(promtool, args, { onStart: peak.watch });
    writing += (written - start) / 1000;
    reading += (performance.now() - written) / 1000;
    peakBytes = Math.max(peakBytes, peak.bytes());
  }
  await rm(text, { force: true });
  return { samples, writing, reading, peakBytes };
}

/**
 * The series block by block, and of a block so many at a time that their text stays short.
 * @throws Error when a series begins or ends between two steps, which a block's edge could then shift
 */
export function* textParts(
  series: readonly LivingSeries[],
  stepSeconds: number,
  mostSamples = MOST_SAMPLES,
): Generator<LivingSeries[]> {
  const astray = series.find(({ from, until }) => from % stepSeconds !== 0 || until % stepSeconds !== 0);
  if (astray)
    throw new Error(
      `${astray.metric} lives from "${astray.from}" to "${astray.until}"; both must be multiples of ${stepSeconds} s`,
    );
  const first = Math.min(...extremes(series, "from"));
  const end = Math.max(...extremes(series, "until"));
  for (let from = first - (first % BLOCK_SECONDS); from < end; from += BLOCK_SECONDS) {
    let part: LivingSeries[] = [];
    let samples = 0;
    for (const one of series) {
      const life = { from: Math.max(one.from, from), until: Math.min(one.until, from + BLOCK_SECONDS) };
      if (life.from >= life.until) continue;
      part.push({ ...one, ...life });
      samples += (life.until - life.from) / stepSeconds;
      if (samples < mostSamples) continue;
      yield part;
      [part, samples] = [[], 0];
    }
    if (part.length > 0) yield part;
  }
}

function extremes(series: readonly LivingSeries[], edge: "from" | "until"): Set<number> {
  return new Set(series.map((one) => one[edge]));
}
