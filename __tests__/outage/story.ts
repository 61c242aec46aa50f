import { S3Sink } from "../../agent-src/adapters/s3-sink.ts";
import { TransientError, UntrustedAnswerError } from "../../agent-src/export/errors.ts";
import type { OpenHour } from "../../agent-src/export/hour-source.ts";
import { runExport } from "../../agent-src/export/run.ts";
import type { RunSettings } from "../../agent-src/export/run-report.ts";
import type { Dataset, Row } from "../../contract/datasets/column.ts";
import { DATASETS } from "../../contract/datasets/index.ts";
import { SECONDS_PER_HOUR, type Hour } from "../../contract/hours.ts";
import { manifestKey, parseManifestKey } from "../../contract/object-keys.ts";
import { parseManifest } from "../../contract/manifest.ts";
import { CLUSTER_ARN, TEN } from "../fakes/hours.ts";
import { datasetRows } from "./dataset-rows.ts";
import { MemoryS3, type Fault } from "./memory-s3.ts";
import { Random } from "./random.ts";

/** Every dataset, each with a source of its own here: also what is made from another one's files otherwise. */
export const PLAYED: readonly Dataset[] = DATASETS.map(({ derivedFrom: _, ...dataset }) => dataset);

/** How long a story is, and what happens in it. */
export interface StoryLine {
  readonly seed: string;
  /** Hours in which the sources are out of order. */
  readonly outageHours: number;
  /** Share of requests to S3 that fail. */
  readonly sinkFaults: number;
}

/** What happened, so that a story in which nothing did is noticed. */
export interface Census {
  runs: number;
  kills: number;
  doubleRuns: number;
  repairs: number;
  restatements: number;
  faults: number;
  lostAnswers: number;
  sourceFailures: number;
  lies: number;
}

/** How a story ended. */
export interface Story {
  readonly from: Hour;
  readonly until: Hour;
  readonly objects: ReadonlyMap<string, Uint8Array>;
  readonly sink: S3Sink;
  readonly census: Census;
  /** Runs after the outage until nothing was missing. */
  readonly recoveryRuns: number;
  /** A sentence for each good hour that had fewer rows later. */
  readonly shrunk: readonly string[];
}

const QUIET_HOURS = 4;
const MAX_RECOVERY_RUNS = 400;

/** Rows that a dataset truly has in an hour; sometimes none. */
export function trueRows(dataset: Dataset, hour: Hour, seed: string): Row[] {
  const random = new Random(`${seed}/${dataset.name}/${hour}`);
  return datasetRows(dataset, hour, random.chance(0.06) ? 0 : 1 + random.below(12));
}

/** Plays a story: hourly runs before, in and after an outage, and then as many as it takes until all is there. */
export async function playStory(line: StoryLine): Promise<Story> {
  const teller = new Teller(line);
  const until = TEN + (QUIET_HOURS + line.outageHours + QUIET_HOURS) * SECONDS_PER_HOUR;
  for (let now = TEN + SECONDS_PER_HOUR; now <= until; now += SECONDS_PER_HOUR) await teller.hour(now);
  let recoveryRuns = 0;
  while (teller.missing(until) > 0 && recoveryRuns < MAX_RECOVERY_RUNS) {
    recoveryRuns += 1;
    await teller.hour(until + recoveryRuns * SECONDS_PER_HOUR, until);
  }
  return {
    from: TEN,
    until,
    objects: teller.objects,
    sink: teller.sink(() => "none"),
    census: teller.census,
    recoveryRuns,
    shrunk: teller.shrunk,
  };
}

/** Has the state of a story. */
class Teller {
  readonly objects = new Map<string, Uint8Array>();
  readonly shrunk: string[] = [];
  readonly census: Census = {
    runs: 0,
    kills: 0,
    doubleRuns: 0,
    repairs: 0,
    restatements: 0,
    faults: 0,
    lostAnswers: 0,
    sourceFailures: 0,
    lies: 0,
  };
  readonly #line: StoryLine;
  readonly #random: Random;
  readonly #rowsBefore = new Map<string, number>();

  constructor(line: StoryLine) {
    this.#line = line;
    this.#random = new Random(line.seed);
  }

  /** The runs of an hour: usually one, sometimes two at once. `until` bounds what is exported. */
  async hour(now: number, until = now): Promise<void> {
    const isTwo = this.#random.chance(0.1);
    if (isTwo) this.census.doubleRuns += 1;
    await Promise.all((isTwo ? [1, 2] : [1]).map(() => this.#run(now, until)));
    this.#watchRows();
  }

  missing(until: Hour): number {
    let count = 0;
    for (let hour = TEN; hour < until; hour += SECONDS_PER_HOUR) {
      for (const { name: dataset } of PLAYED)
        if (!this.objects.has(manifestKey({ dataset, hour }))) count += 1;
    }
    return count;
  }

  sink(fault: () => Fault | Promise<Fault>): S3Sink {
    return new S3Sink(new MemoryS3(this.objects, fault).client(), "bucket", "");
  }

  async #run(now: number, until: Hour): Promise<void> {
    this.census.runs += 1;
    const killAfter = this.#random.chance(0.25) ? this.#random.below(200) : Infinity;
    let requests = 0;
    let isDead = false;
    let die = (): void => {};
    const death = new Promise<void>((resolve) => (die = resolve));
    const sink = this.sink(async () => {
      // Two runs at once take turns here.
      for (let turn = this.#random.below(3); turn > 0; turn -= 1) await Promise.resolve();
      requests += 1;
      if (requests > killAfter && !isDead) {
        isDead = true;
        this.census.kills += 1;
        die();
      }
      return isDead ? new Promise<Fault>(() => {}) : this.#nextFault();
    });
    const run = runExport(this.#settings(until), {
      sink,
      openers: Object.fromEntries(PLAYED.map((dataset) => [dataset.name, this.#opener(dataset, now)])),
      checkSources: async () => new Map(),
      now: () => new Date(now * 1000),
      stop: new AbortController().signal,
      abort: new AbortController().signal,
      onEvent: () => {},
    });
    // A run that cannot list or write its record ends with an error; the next one begins anew.
    await Promise.race([
      death,
      run.then(
        () => {},
        () => {},
      ),
    ]);
  }

  #settings(until: Hour): RunSettings {
    const window = { from: TEN, until };
    const settings = { clusterArn: CLUSTER_ARN, datasets: PLAYED, window, maxHours: 24 };
    if (this.#random.chance(0.1)) {
      this.census.repairs += 1;
      return { ...settings, repair: true };
    }
    if (!this.#random.chance(0.15)) return { ...settings, concurrency: 1 + this.#random.below(2) };
    this.census.restatements += 1;
    const from = TEN + this.#random.below((until - TEN) / SECONDS_PER_HOUR) * SECONDS_PER_HOUR;
    return {
      ...settings,
      window: { from, until: Math.min(until, from + 2 * SECONDS_PER_HOUR) },
      restate: { allowShrink: false },
    };
  }

  #nextFault(): Fault {
    if (!this.#random.chance(this.#line.sinkFaults)) return "none";
    this.census.faults += 1;
    if (this.#random.chance(0.5)) return "unavailable";
    this.census.lostAnswers += 1;
    return "lost";
  }

  #opener(dataset: Dataset, now: number): OpenHour {
    return (hour) => ({
      rows: this.#answer(dataset, hour, now),
      summary: () => ({
        queries: { expected: 1, answered: 1 },
        sources: { prometheus: "3.5.0" },
        warnings: [],
      }),
    });
  }

  /** In the outage: nothing, a part that breaks off, or an answer that the checks of its dataset refuse. */
  async *#answer(dataset: Dataset, hour: Hour, now: number): AsyncGenerator<Row> {
    const rows = trueRows(dataset, hour, this.#line.seed);
    const outage = TEN + QUIET_HOURS * SECONDS_PER_HOUR;
    const isOut = now > outage && now <= outage + this.#line.outageHours * SECONDS_PER_HOUR;
    const some = rows.slice(0, this.#random.below(rows.length + 1));
    // What no check can see, told of an hour that is committed: only the ledger stands before it.
    if (this.objects.has(manifestKey({ dataset: dataset.name, hour })) && this.#random.chance(0.3)) {
      this.census.lies += 1;
      yield* some;
      return;
    }
    if (!this.#random.chance(isOut ? 0.95 : 0.02)) {
      yield* rows;
      return;
    }
    this.census.sourceFailures += 1;
    const kind = this.#random.below(4);
    if (kind === 0) throw new TransientError("Cannot reach Prometheus");
    if (kind === 3) throw new UntrustedAnswerError("an empty answer");
    yield* some;
    throw kind === 1 ? new TransientError("time-out") : new UntrustedAnswerError("a part of the hour");
  }

  /** Good hours keep their rows, whatever came after them. */
  #watchRows(): void {
    for (const [key, bytes] of this.objects) {
      if (!parseManifestKey(key)) continue;
      const { rows } = parseManifest(new TextDecoder().decode(bytes));
      const before = this.#rowsBefore.get(key) ?? 0;
      if (rows < before) this.shrunk.push(`${key} had ${before} rows and has ${rows}`);
      this.#rowsBefore.set(key, rows);
    }
  }
}
