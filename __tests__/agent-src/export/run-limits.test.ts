import { beforeEach, describe, expect, test } from "@jest/globals";
import { SECONDS_PER_HOUR } from "../../../contract/hours.ts";
import { oldestWholeHour } from "../../../agent-src/export/reach.ts";
import { runExport } from "../../../agent-src/export/run.ts";
import type { RunParts, RunReport, RunSettings } from "../../../agent-src/export/run-report.ts";
import { allocationRows, answering, CLUSTER_ARN, datasetNamed, TEN } from "../../fakes/hours.ts";
import { MemorySink } from "../../fakes/memory-sink.ts";

const SETTINGS: RunSettings = {
  clusterArn: CLUSTER_ARN,
  datasets: [datasetNamed("allocation")],
  window: { from: TEN, until: TEN + 6 * SECONDS_PER_HOUR },
  maxHours: 24,
};

let sink: MemorySink;
beforeEach(() => {
  sink = new MemorySink();
});

function run(settings: Partial<RunSettings>, parts: Partial<RunParts> = {}): Promise<RunReport> {
  return runExport(
    { ...SETTINGS, ...settings },
    {
      sink,
      openers: { allocation: answering((hour) => allocationRows(hour, 5)) },
      checkSources: async () => new Map(),
      now: () => new Date("2026-11-22T17:00:00Z"),
      stop: new AbortController().signal,
      abort: new AbortController().signal,
      onEvent: () => {},
      ...parts,
    },
  );
}

function lastRun(): Record<string, unknown> {
  return JSON.parse(sink.text("_status/last-run.json")) as Record<string, unknown>;
}

describe("the deadline", () => {
  test("lets the dataset-hour in hand end and starts no other; the next run does the rest", async () => {
    let now = Date.UTC(2026, 10, 22, 17);
    const minute = 60_000;
    const slow = answering((hour) => {
      now += minute;
      return allocationRows(hour, 5);
    });
    const report = await run(
      { deadline: now + 1.5 * minute },
      { openers: { allocation: slow }, now: () => new Date(now) },
    );
    expect([report.finished.length, report.remaining.length, report.stoppedBy]).toEqual([2, 4, "deadline"]);
    expect(lastRun()).toMatchObject({ state: "interrupted", stoppedBy: "deadline", remaining: 4 });
    const rest = await run({});
    expect([rest.finished.length, rest.remaining.length, rest.stoppedBy]).toEqual([4, 0, undefined]);
  });
});

describe("dataset-hours at once", () => {
  test("are as many as was said, and all are done", async () => {
    let [open, most] = [0, 0];
    async function* rows(hour: number) {
      most = Math.max(most, (open += 1));
      for (const row of allocationRows(hour, 5)) {
        await new Promise((resolve) => setImmediate(resolve));
        yield row;
      }
      open -= 1;
    }
    const report = await run({ concurrency: 3 }, { openers: { allocation: answering(rows) } });
    expect([most, report.finished.length]).toEqual([3, 6]);
  });
});

describe("what the sources no longer have", () => {
  const reach = (oldest: number | undefined, asked = { times: 0 }) => ({
    oldestSample: async () => {
      asked.times += 1;
      return oldest;
    },
    onUnknown: () => {},
  });

  test.each([
    ["on the hour", TEN, TEN],
    ["five minutes after it", TEN + 300, TEN],
    ["later than that", TEN + 301, TEN + SECONDS_PER_HOUR],
  ])("is hours that begin before the oldest sample: %s", (_, oldest, hour) => {
    expect(oldestWholeHour(oldest)).toBe(hour);
  });

  test("is not tried, and told with its count and its ends", async () => {
    const report = await run({}, { reach: reach(TEN + 2.5 * SECONDS_PER_HOUR) });
    expect(report.plan.outOfReach).toEqual({ from: TEN, until: TEN + 3 * SECONDS_PER_HOUR, hours: 3 });
    expect(report.finished.map(({ step }) => (step.hour - TEN) / SECONDS_PER_HOUR)).toEqual([5, 3, 4]);
    expect([...sink.objects.keys()].filter((key) => key.startsWith("_status/failures"))).toEqual([]);
  });

  test("counts only what is missing", async () => {
    await run({ window: { from: TEN, until: TEN + 2 * SECONDS_PER_HOUR } });
    const report = await run({}, { reach: reach(TEN + 3 * SECONDS_PER_HOUR) });
    expect(report.plan).toMatchObject({
      committed: 2,
      outOfReach: { from: TEN + 2 * SECONDS_PER_HOUR, until: TEN + 3 * SECONDS_PER_HOUR, hours: 1 },
    });
  });

  test("is not asked about by a run that keeps up: one missing hour, or none", async () => {
    const asked = { times: 0 };
    await run({ window: { from: TEN, until: TEN + 5 * SECONDS_PER_HOUR } });
    await run({}, { reach: reach(TEN, asked) });
    await run({}, { reach: reach(TEN, asked) });
    expect(asked.times).toBe(0);
  });

  test.each<[string, () => Promise<undefined>, string[]]>([
    ["does not know", async () => undefined, []],
    [
      "does not answer",
      () => Promise.reject(new Error("no answer")),
      ["how far back Prometheus' data goes is not known, so every missing hour is tried: no answer"],
    ],
  ])("is tried when the source %s", async (_, oldestSample, expected) => {
    const told: string[] = [];
    const report = await run({}, { reach: { oldestSample, onUnknown: (text) => told.push(text) } });
    expect([report.finished.length, told]).toEqual([6, expected]);
  });
});
