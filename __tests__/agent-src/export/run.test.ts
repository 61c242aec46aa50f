import { beforeEach, describe, expect, test } from "@jest/globals";
import type { Row } from "../../../contract/datasets/column.ts";
import { isoSeconds, SECONDS_PER_HOUR } from "../../../contract/hours.ts";
import { TransientError, UntrustedAnswerError } from "../../../agent-src/export/errors.ts";
import { openFocus } from "../../../agent-src/export/focus-rows.ts";
import { runExport } from "../../../agent-src/export/run.ts";
import type { RunEvent, RunParts, RunReport } from "../../../agent-src/export/run-report.ts";
import {
  allocationRows,
  answering,
  CLUSTER_ARN,
  containerRows,
  datasetNamed,
  TEN,
} from "../../fakes/hours.ts";
import { MemorySink } from "../../fakes/memory-sink.ts";

let sink: MemorySink;
let events: RunEvent[];
beforeEach(() => {
  sink = new MemorySink();
  events = [];
});

const SETTINGS = {
  clusterArn: CLUSTER_ARN,
  datasets: [datasetNamed("allocation"), datasetNamed("container")],
  window: { from: TEN, until: TEN + 3 * SECONDS_PER_HOUR },
  maxHours: 24,
};

function run(extra: Partial<RunParts> = {}, settings = SETTINGS): Promise<RunReport> {
  return runExport(settings, {
    sink,
    openers: {
      allocation: answering((hour) => allocationRows(hour, 10)),
      container: answering((hour) => containerRows(hour, 10)),
    },
    checkSources: async () => new Map(),
    now: () => new Date("2026-11-22T14:00:00Z"),
    stop: new AbortController().signal,
    abort: new AbortController().signal,
    onEvent: (event) => events.push(event),
    ...extra,
  });
}

function lastRun(): Record<string, unknown> {
  return JSON.parse(sink.text("_status/last-run.json")) as Record<string, unknown>;
}

async function* broken(error: Error): AsyncGenerator<Row> {
  yield* allocationRows(TEN, 3);
  throw error;
}

describe("runExport", () => {
  test("commits every missing dataset-hour and records the run", async () => {
    const report = await run();
    expect(report.finished.length).toBe(6);
    expect([report.failed, report.remaining]).toEqual([[], []]);
    expect(lastRun()).toMatchObject({
      state: "finished",
      clusterArn: CLUSTER_ARN,
      from: "2026-11-22T10:00:00Z",
      until: "2026-11-22T13:00:00Z",
      finished: 6,
      rows: 60,
      newestHour: "2026-11-22T12:00:00Z",
      failed: [],
      remaining: 0,
    });
    expect(events.map(({ kind }) => kind)).toEqual([
      "planned",
      ...Array(6).fill(["started", "finished"]).flat(),
      "ended",
    ]);
  });

  test("a second run writes nothing but its record, and asks no source", async () => {
    await run();
    sink.writes.length = 0;
    let asked = 0;
    const checkSources = async () => {
      asked += 1;
      return new Map<string, Error>();
    };
    const report = await run({ checkSources });
    expect([report.finished, asked]).toEqual([[], 0]);
    expect(sink.writes).toEqual(["_status/last-run.json"]);
  });

  test("a dataset-hour that fails is recorded and stays missing; the others go on; the next run does it", async () => {
    const untrusted = new UntrustedAnswerError("every cost is idle: OpenCost's Prometheus refused a query");
    let isBroken = true;
    const allocation = answering((hour) =>
      isBroken && hour === TEN + SECONDS_PER_HOUR ? broken(untrusted) : allocationRows(hour, 10),
    );
    const container = answering((hour) => containerRows(hour, 10));
    const report = await run({ openers: { allocation, container } });
    expect(report.finished.length).toBe(5);
    expect(report.failed).toMatchObject([
      { step: { dataset: "allocation", hour: TEN + SECONDS_PER_HOUR }, error: untrusted },
    ]);
    const failure = JSON.parse(sink.text("_status/failures/date=2026-11-22/11/allocation.json")) as object;
    expect(failure).toEqual({
      clusterArn: CLUSTER_ARN,
      dataset: "allocation",
      hour: isoSeconds(TEN + SECONDS_PER_HOUR),
      error: "UntrustedAnswerError",
      reason: untrusted.message,
      writer: "container-insights/0.2.0",
      at: "2026-11-22T14:00:00.000Z",
    });
    expect(sink.objects.has("_manifests/date=2026-11-22/11/allocation.json")).toBe(false);
    expect(sink.objects.has("dataset=allocation/v=1/date=2026-11-22/11.parquet")).toBe(false);

    isBroken = false;
    const again = await run({ openers: { allocation, container } });
    expect(again.finished.map(({ step }) => step)).toEqual([
      { dataset: "allocation", hour: TEN + SECONDS_PER_HOUR },
    ]);
  });

  test("a source that one dataset needs stops that dataset alone, with a record for each hour", async () => {
    const asked: (readonly string[])[] = [];
    const down = new TransientError("Cannot reach OpenCost");
    let opened = 0;
    const report = await run({
      checkSources: async (datasets) => {
        asked.push(datasets);
        return new Map([["allocation", down]]);
      },
      openers: {
        allocation: answering(() => {
          opened += 1;
          return [];
        }),
        container: answering((hour) => containerRows(hour, 10)),
      },
    });
    expect(asked).toEqual([["allocation", "container"]]);
    expect(report.finished.map(({ step }) => step.dataset)).toEqual(Array(3).fill("container"));
    expect(report.failed.map(({ step, error }) => [step.dataset, error])).toEqual(
      Array(3).fill(["allocation", down]),
    );
    expect(opened).toBe(0);
    for (const hour of [10, 11, 12]) {
      const record = sink.text(`_status/failures/date=2026-11-22/${hour}/allocation.json`);
      expect(JSON.parse(record)).toMatchObject({ error: "TransientError", reason: "Cannot reach OpenCost" });
    }
  });

  test("sources that cannot be reached end the run before an hour is tried, and its record says why", async () => {
    const down = new TransientError("no answer");
    const checkSources = async (datasets: readonly string[]) => new Map(datasets.map((name) => [name, down]));
    await expect(run({ checkSources })).rejects.toThrow("no answer");
    expect(sink.writes).toEqual(["_status/last-run.json"]);
    expect(lastRun()).toMatchObject({ state: "failed", error: "TransientError", reason: "no answer" });
    sink.before = () => {
      throw new Error("denied");
    };
    await expect(run({ checkSources })).rejects.toThrow("no answer");
  });

  test("without sources what is made from committed files is made; what is made from missing ones ends the run", async () => {
    const datasets = [datasetNamed("allocation"), datasetNamed("focus")];
    const openers = {
      allocation: answering((hour) => allocationRows(hour, 10)),
      focus: openFocus({ sink, clusterArn: CLUSTER_ARN }),
    };
    const down = new Map([["allocation", new TransientError("no answer")]]);
    const extra = { openers, checkSources: async () => down };
    await expect(run(extra, { ...SETTINGS, datasets })).rejects.toThrow("no answer");
    const window = { from: TEN, until: TEN + SECONDS_PER_HOUR };
    await run({ openers }, { ...SETTINGS, window, datasets: [datasetNamed("allocation")] });
    const report = await run(extra, { ...SETTINGS, datasets });
    expect(report.finished.map(({ step }) => step)).toEqual([{ dataset: "focus", hour: TEN }]);
  });

  test("a run of samples alone leaves the record of the hours as it is", async () => {
    await run();
    const before = sink.text("_status/last-run.json");
    const samples = { ...SETTINGS, datasets: [datasetNamed("samples")] };
    await run({ openers: { samples: answering(() => []) } }, samples);
    expect(sink.text("_status/last-run.json")).toBe(before);
    expect(sink.text("_status/last-run-samples.json")).toMatch(/"state": "finished"/);
  });

  test("a sink that cannot be written ends the run before a source is asked for an hour", async () => {
    let opened = 0;
    sink.before = () => {
      throw new TransientError("read-only");
    };
    const allocation = answering(() => {
      opened += 1;
      return [];
    });
    await expect(run({ openers: { allocation } })).rejects.toThrow("read-only");
    expect(opened).toBe(0);
  });

  test("stopped: the dataset-hour in hand is finished, the rest remains for the next run", async () => {
    const stop = new AbortController();
    const report = await run({
      stop: stop.signal,
      onEvent: (event) => {
        events.push(event);
        if (event.kind === "started" && events.filter(({ kind }) => kind === "started").length === 2)
          stop.abort();
      },
    });
    expect([report.finished.length, report.remaining.length]).toEqual([2, 4]);
    expect(lastRun()).toMatchObject({ state: "interrupted", finished: 2, remaining: 4 });
    expect((await run()).finished.length).toBe(4);
  });

  test("aborted: the dataset-hour in hand is given up, which is no failure", async () => {
    const abort = new AbortController();
    async function* hanging(): AsyncGenerator<Row> {
      yield* allocationRows(TEN, 3);
      abort.abort(new Error("second signal"));
      yield* allocationRows(TEN, 3);
    }
    const report = await run({ abort: abort.signal, openers: { allocation: answering(hanging) } });
    expect([report.finished.length, report.failed.length, report.remaining.length]).toEqual([0, 0, 6]);
    expect([...sink.objects.keys()]).toEqual(["_status/last-run.json"]);
  });

  test("a record that cannot be written is a notice and does not undo the work", async () => {
    let records = 0;
    sink.before = (key) => {
      if (key.startsWith("_status/") && (records += 1) > 1) throw new Error("denied");
    };
    const report = await run();
    expect(report.finished.length).toBe(6);
    expect(events.find(({ kind }) => kind === "notice")).toEqual({
      kind: "notice",
      text: 'the record "_status/last-run.json" could not be written: denied',
    });
  });
});
