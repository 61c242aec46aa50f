import { expect, test } from "@jest/globals";
import type { Row } from "../../../contract/datasets/column.ts";
import { hoursBetween, SECONDS_PER_HOUR } from "../../../contract/hours.ts";
import { manifestKey } from "../../../contract/object-keys.ts";
import { UntrustedAnswerError } from "../../../agent-src/export/errors.ts";
import { runExport } from "../../../agent-src/export/run.ts";
import { allocationRows, answering, CLUSTER_ARN, datasetNamed, TEN } from "../../fakes/hours.ts";
import { MemorySink } from "../../fakes/memory-sink.ts";

const DAY = 24 * SECONDS_PER_HOUR;
const WINDOW = { from: TEN - 7 * DAY, until: TEN };
const FAILING_UNTIL = WINDOW.from + 2 * DAY;

async function* rows(hour: number): AsyncGenerator<Row> {
  if (hour < FAILING_UNTIL) throw new UntrustedAnswerError("the source has forgotten it");
  yield* allocationRows(hour, 1);
}

test("a week whose oldest two days fail each time: the other five are exported in runs of 24 hours", async () => {
  const sink = new MemorySink();
  const tried: number[] = [];
  const run = () =>
    runExport(
      { clusterArn: CLUSTER_ARN, datasets: [datasetNamed("allocation")], window: WINDOW, maxHours: 24 },
      {
        sink,
        openers: {
          allocation: answering((hour) => {
            tried.push(hour);
            return rows(hour);
          }),
        },
        checkSources: async () => new Map(),
        now: () => new Date("2026-11-22T14:00:00Z"),
        stop: new AbortController().signal,
        abort: new AbortController().signal,
        onEvent: () => {},
      },
    );

  // Each hour of the week once: newest, the failing ones, then what is left.
  for (let count = 0; count < 7; count += 1) await run();
  expect([...tried].sort((a, b) => a - b)).toEqual(hoursBetween(WINDOW.from, WINDOW.until));
  const good = hoursBetween(FAILING_UNTIL, WINDOW.until).map((hour) =>
    manifestKey({ dataset: "allocation", hour }),
  );
  expect([...sink.objects.keys()].filter((key) => key.startsWith("_manifests/"))).toEqual(
    expect.arrayContaining(good),
  );

  // Nothing else is left to do, so those that failed are tried again, oldest first.
  tried.length = 0;
  await run();
  expect(tried).toEqual(hoursBetween(WINDOW.from, WINDOW.from + DAY));
});

test("30 hours that fail each time, and one that failed once: that one has its turn in the next run", async () => {
  const sink = new MemorySink();
  const once = TEN - 3 * SECONDS_PER_HOUR;
  let [now, isOnceOver] = [Date.UTC(2026, 10, 22, 12), false];
  async function* forgetful(hour: number): AsyncGenerator<Row> {
    if (hour < TEN - 10 * SECONDS_PER_HOUR || (hour === once && !isOnceOver))
      throw new UntrustedAnswerError("OpenCost did not run yet");
    yield* allocationRows(hour, 1);
  }
  const run = () => {
    now += 3_600_000;
    return runExport(
      {
        clusterArn: CLUSTER_ARN,
        datasets: [datasetNamed("allocation")],
        window: { from: TEN - 40 * SECONDS_PER_HOUR, until: TEN },
        maxHours: 24,
      },
      {
        sink,
        openers: { allocation: answering(forgetful) },
        checkSources: async () => new Map(),
        now: () => new Date(now),
        stop: new AbortController().signal,
        abort: new AbortController().signal,
        onEvent: () => {},
      },
    );
  };
  await run();
  await run();
  isOnceOver = true;
  const tried = [await run(), await run()].flatMap(({ finished, failed }) =>
    [...finished, ...failed].map(({ step }) => step.hour),
  );
  expect(new Set(tried).size).toBe(31);
  expect(sink.objects.has(manifestKey({ dataset: "allocation", hour: once }))).toBe(true);
});
