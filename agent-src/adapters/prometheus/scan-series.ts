import type { ElementReader } from "../../export/json-look-ahead.ts";
import { parseInstantSample, parseSampleSeries, type InstantSample, type SampleSeries } from "./sample.ts";
import { SeriesCursor } from "./series-cursor.ts";

const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const CLOSE_BRACE = 0x7d;

const VALUE = new TextEncoder().encode(',"value":[');
const VALUES = new TextEncoder().encode(',"values":[');

/** Samples that share one block of memory, of which each series has a part. */
const BLOCK = 16_384;

/**
 * Reads `{"metric":{…},"value":[1795347029,"1"]}`, as every Prometheus writes it, and the same written otherwise.
 * @param onHistogram told of each native histogram, which is left out
 */
export function createSampleReader(onHistogram: () => void): ElementReader<InstantSample> {
  const cursor = new SeriesCursor();
  return {
    fromJson: (element) => leavingOut(onHistogram, parseInstantSample(element)),
    fromBytes(bytes, at) {
      const labels = cursor.labels(bytes, at, VALUE);
      if (typeof labels === "string") return labels;
      const failure = cursor.pair() ?? cursor.pass(CLOSE_BRACE);
      return failure ?? { value: { labels, value: cursor.value }, end: cursor.at };
    },
  };
}

/**
 * Reads `{"metric":{…},"values":[[1795347029,"1"],…]}`, as every Prometheus writes it, without an object per sample; and
 * the same written otherwise.
 * @param onHistogram told of each series that has native histograms only, and is left out
 */
export function createSeriesReader(onHistogram: () => void): ElementReader<SampleSeries> {
  const cursor = new SeriesCursor();
  const block = new SampleBlock();
  return {
    fromJson: (element) => leavingOut(onHistogram, parseSampleSeries(element)),
    fromBytes(bytes, at) {
      const labels = cursor.labels(bytes, at, VALUES);
      if (typeof labels === "string") return labels;
      const failure = readPairs(cursor, block) ?? cursor.pass(CLOSE_BRACE);
      return failure ?? { value: { labels, ...block.take() }, end: cursor.at };
    },
  };
}

function leavingOut<T>(onHistogram: () => void, series: T | undefined): T | undefined {
  if (series === undefined) onHistogram();
  return series;
}

/** Reads `[…],[…]]` into the block. */
function readPairs(cursor: SeriesCursor, block: SampleBlock): "unusual" | "cut off" | undefined {
  block.begin();
  do {
    const failure = cursor.pass(OPEN_BRACKET) ?? cursor.pair();
    if (failure) return failure;
    block.add(cursor.time, cursor.value);
  } while (!cursor.pass(COMMA));
  return cursor.pass(CLOSE_BRACKET);
}

/** Times and values of one series after the other, in memory that is asked for seldom. */
class SampleBlock {
  private timestamps = new Float64Array(BLOCK);
  private values = new Float64Array(BLOCK);
  private start = 0;
  private end = 0;

  /** Begins a series, in place of one that was not taken. */
  begin(): void {
    this.end = this.start;
  }

  add(time: number, value: number): void {
    if (this.end === this.values.length) this.move();
    this.timestamps[this.end] = time;
    this.values[this.end++] = value;
  }

  /** The series that was begun. */
  take(): Pick<SampleSeries, "timestamps" | "values"> {
    const { start, end } = this;
    this.start = end;
    return { timestamps: this.timestamps.subarray(start, end), values: this.values.subarray(start, end) };
  }

  /** Into a new block, with room for as many samples as the series has yet; the old one belongs to the series before. */
  private move(): void {
    const { start, end } = this;
    const timestamps = new Float64Array(Math.max(BLOCK, 2 * (end - start)));
    const values = new Float64Array(timestamps.length);
    timestamps.set(this.timestamps.subarray(start, end));
    values.set(this.values.subarray(start, end));
    [this.timestamps, this.values, this.start, this.end] = [timestamps, values, 0, end - start];
  }
}
