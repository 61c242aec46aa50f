import { expect, test } from "@jest/globals";
import { SECONDS_PER_HOUR } from "../../../contract/hours.ts";
import { failureKey, LAST_RUN_KEY, manifestKey } from "../../../contract/object-keys.ts";
import { findingsOf, type Changes } from "../../fakes/doctor-context.ts";
import { TEN } from "../../fakes/hours.ts";
import { MemorySink } from "../../fakes/memory-sink.ts";

const ago = (hours: number) => TEN - hours * SECONDS_PER_HOUR;
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/** A sink in which both datasets have these hours, counted back from the newest closed one. */
function committed(...hours: number[]): MemorySink {
  const sink = new MemorySink();
  for (const hour of hours) {
    for (const dataset of ["allocation", "container"]) {
      sink.objects.set(manifestKey({ dataset, hour: ago(hour) }), bytes({}));
    }
  }
  return sink;
}

function withFailures(sink: MemorySink, ...hours: number[]): MemorySink {
  for (const hour of hours) {
    const record = { reason: `hour ${hour} was empty` };
    sink.objects.set(failureKey({ dataset: "allocation", hour: ago(hour) }), bytes(record));
  }
  return sink;
}

function withoutOne(sink: MemorySink, dataset: string, hour: number): MemorySink {
  sink.objects.delete(manifestKey({ dataset, hour: ago(hour) }));
  return sink;
}

function withRun(sink: MemorySink): MemorySink {
  sink.objects.set(LAST_RUN_KEY, bytes({}));
  return sink;
}

function garbled(sink: MemorySink): MemorySink {
  sink.objects.set(failureKey({ dataset: "container", hour: TEN }), new TextEncoder().encode("{"));
  return sink;
}

const since = (hours: number): Changes => ({ prometheus: { oldestSample: async () => ago(hours) } });

test.each<[string, string, Changes, string, RegExp, RegExp]>([
  ["nothing exported yet", "export-lag", {}, "ok", /nothing was exported yet/, /^$/],
  [
    "runs that committed nothing",
    "export-lag",
    { sink: withRun(new MemorySink()) },
    "problem",
    /no hour of the last 15 days is committed, although an export has run/,
    /_status\/failures/,
  ],
  [
    "an export that is up to date",
    "export-lag",
    { sink: committed(0, 1, 2) },
    "ok",
    /2026-11-22T10:00:00Z, 0 hours behind/,
    /^$/,
  ],
  [
    "an export that missed turns",
    "export-lag",
    { sink: committed(5, 6) },
    "warning",
    /5 hours behind.*up to 2 is usual/,
    /CronJob/,
  ],
  [
    "an export that stopped a day ago",
    "export-lag",
    { sink: committed(30) },
    "problem",
    /30 hours behind the newest closed one$/,
    /CronJob.*exports what Prometheus still has/,
  ],
  [
    "an export that stopped, and hours that Prometheus has lost since",
    "export-lag",
    { sink: committed(10), ...since(4.5) },
    "problem",
    /10 hours behind.*; Prometheus no longer has 5 of them/,
    /exports the rest/,
  ],
  ["no gap", "export-gaps", { sink: committed(0, 1, 2) }, "ok", /no gap/, /^$/],
  [
    "a gap that can be closed",
    "export-gaps",
    { sink: committed(0, 3) },
    "warning",
    /2 hours of "allocation" missing between 2026-11-22T08:00:00Z and 2026-11-22T09:00:00Z$/,
    /--from 2026-11-22T08:00:00Z/,
  ],
  [
    "a gap that is older than the data",
    "export-gaps",
    { sink: committed(0, 3), ...since(0.5) },
    "warning",
    /Prometheus no longer has 2 of them/,
    /nothing can be done/,
  ],
  [
    "a gap in one dataset",
    "export-gaps",
    { sink: withoutOne(committed(0, 1, 2), "container", 1) },
    "warning",
    /1 hour of "container" missing/,
    /--from 2026-11-22T09/,
  ],
  [
    "a newest hour that a run may be at",
    "export-gaps",
    { sink: withoutOne(committed(0, 1, 2), "container", 0) },
    "ok",
    /no gap/,
    /^$/,
  ],
  [
    "a gap while Prometheus is away",
    "export-gaps",
    {
      sink: committed(0, 2),
      prometheus: {
        oldestSample: async () => {
          throw new Error("away");
        },
      },
    },
    "warning",
    /1 hour of "allocation" missing/,
    /--from/,
  ],
  [
    "a failure that stayed",
    "export-failures",
    { sink: withFailures(committed(0, 2), 1) },
    "warning",
    /2026-11-22T09:00:00Z of "allocation" failed: hour 1 was empty/,
    /tries again/,
  ],
  [
    "a failure that was made good",
    "export-failures",
    { sink: withFailures(committed(0, 1), 1) },
    "ok",
    /none in the last 24 hours/,
    /^$/,
  ],
  [
    "a failure before the window",
    "export-failures",
    { sink: withFailures(committed(0), 40) },
    "ok",
    /none/,
    /^$/,
  ],
  [
    "a failure without a readable record",
    "export-failures",
    { sink: garbled(new MemorySink()) },
    "warning",
    /of "container" failed: "_status\/failures\/.*cannot be read/,
    /tries again/,
  ],
])("%s: %s", async (_name, id, changes, level, text, fix) => {
  const findings = await findingsOf(id, changes);
  const finding = findings.find((one) => one.level === level);
  expect(finding).toMatchObject({ level, text: expect.stringMatching(text) });
  expect(finding?.fix ?? "").toMatch(fix);
});

test("many failures are counted, and the newest three told", async () => {
  const findings = await findingsOf("export-failures", {
    sink: withFailures(new MemorySink(), 1, 2, 3, 4, 5),
  });
  expect(findings.map(({ text }) => text.slice(0, 28))).toEqual([
    '2026-11-22T07:00:00Z of "all',
    '2026-11-22T08:00:00Z of "all',
    '2026-11-22T09:00:00Z of "all',
    "2 more dataset-hours failed",
  ]);
});
