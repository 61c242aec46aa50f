import { beforeEach, describe, expect, test } from "@jest/globals";
import type { Row } from "../../../contract/datasets/column.ts";
import { parseManifest, serializeManifest, type Manifest } from "../../../contract/manifest.ts";
import { commitHour, type HourJob } from "../../../agent-src/export/commit.ts";
import { TransientError, UntrustedAnswerError } from "../../../agent-src/export/errors.ts";
import type { OpenHour } from "../../../agent-src/export/hour-source.ts";
import { allocationRows, answering, CLUSTER_ARN, datasetNamed, TEN } from "../../fakes/hours.ts";
import { MemorySink } from "../../fakes/memory-sink.ts";

const DATA = "dataset=allocation/v=1/date=2026-11-22/10.parquet";
const MANIFEST = "_manifests/date=2026-11-22/10/allocation.json";

let sink: MemorySink;
beforeEach(() => {
  sink = new MemorySink();
});

function job(open: OpenHour, extra: Partial<HourJob> = {}): HourJob {
  return {
    subject: { dataset: datasetNamed("allocation"), clusterArn: CLUSTER_ARN, hour: TEN },
    open,
    sink,
    signal: new AbortController().signal,
    now: () => new Date("2026-11-22T11:05:00Z"),
    ...extra,
  };
}

function rows(count: number): OpenHour {
  return answering((hour) => allocationRows(hour, count));
}

function manifest(): Manifest {
  return parseManifest(sink.text(MANIFEST));
}

async function* failingAfter(count: number, error: Error): AsyncGenerator<Row> {
  yield* allocationRows(TEN, count);
  throw error;
}

describe("commitHour", () => {
  test("writes the object first and the manifest last, and the manifest describes the object", async () => {
    const outcome = await commitHour(job(rows(100)));
    expect(outcome.how).toBe("written");
    expect(sink.writes).toEqual([DATA, MANIFEST]);
    const head = await sink.head(DATA);
    expect(manifest()).toMatchObject({
      clusterArn: CLUSTER_ARN,
      schema: "container-insights/allocation/v1",
      hourStart: TEN,
      hourEnd: TEN + 3600,
      rows: 100,
      object: { key: DATA, bytes: head?.bytes, etag: head?.etag },
      queries: { expected: 1, answered: 1 },
      sources: { prometheus: "2.42.0" },
      writer: "container-insights/0.2.0",
      revision: 1,
      writtenAt: "2026-11-22T11:05:00.000Z",
    });
    expect(manifest().simulated).toBeUndefined();
  });

  test("says in the manifest when the data is no measurement", async () => {
    await commitHour(job(rows(3), { simulated: "demo" }));
    expect(manifest().simulated).toBe("demo");
  });

  test("an hour without rows gets a manifest and no file", async () => {
    await commitHour(job(rows(0)));
    expect(sink.writes).toEqual([MANIFEST]);
    expect(manifest()).toMatchObject({ rows: 0, totals: { total_cost: 0 } });
    expect(manifest().object).toBeUndefined();
    expect(sink.openUploads).toBe(0);
  });

  test.each([
    ["an answer that cannot be trusted", new UntrustedAnswerError("everything is idle")],
    ["a source that breaks off", new TransientError("connection reset")],
  ])("%s leaves neither object nor manifest nor upload", async (_, error) => {
    await expect(commitHour(job(answering(() => failingAfter(50, error))))).rejects.toBe(error);
    expect([...sink.objects.keys()]).toEqual([]);
    expect(sink.openUploads).toBe(0);
  });

  test("an abort while reading leaves nothing", async () => {
    const abort = new AbortController();
    async function* slow(): AsyncGenerator<Row> {
      for (const [index, row] of allocationRows(TEN, 10).entries()) {
        if (index === 5) abort.abort(new Error("stop"));
        yield row;
      }
    }
    await expect(commitHour(job(answering(slow), { signal: abort.signal }))).rejects.toThrow("stop");
    expect([...sink.objects.keys()]).toEqual([]);
  });

  test("killed between object and manifest: the next run keeps the object and adds the manifest", async () => {
    sink.before = (key) => {
      if (key === MANIFEST) throw new Error("killed");
    };
    await expect(commitHour(job(rows(100)))).rejects.toThrow("killed");
    const left = sink.objects.get(DATA);
    sink.before = () => {};
    const outcome = await commitHour(job(rows(100)));
    expect(outcome.how).toBe("recovered");
    expect(sink.writes).toEqual([DATA, MANIFEST]);
    expect(sink.objects.get(DATA)).toBe(left);
    expect(manifest()).toMatchObject({ rows: 100, warnings: [] });
  });

  test("an object without manifest that has fewer rows than the source answers now is replaced", async () => {
    await commitHour(job(rows(60)));
    sink.objects.delete(MANIFEST);
    expect((await commitHour(job(rows(100)))).how).toBe("written");
    expect(manifest().rows).toBe(100);
    expect(manifest().object?.etag).toBe((await sink.head(DATA))?.etag);
  });

  test.each([40, 0])(
    "a source that has begun to forget (%i of 100 rows) does not replace a whole object",
    async (count) => {
      await commitHour(job(rows(100)));
      const before = manifest();
      sink.objects.delete(MANIFEST);
      expect((await commitHour(job(rows(count)))).how).toBe("recovered");
      expect(manifest()).toMatchObject({ rows: 100, object: before.object, totals: before.totals });
      expect(manifest().warnings).toEqual([
        `the source now answers ${count} rows; the object of an earlier, unfinished run with 100 rows was kept`,
      ]);
    },
  );

  test.each([
    ["cut short", (bytes: Uint8Array) => bytes.slice(0, bytes.length / 2)],
    ["not Parquet", () => new TextEncoder().encode("hello")],
  ])("an object without manifest that is %s is replaced", async (_, damage) => {
    await commitHour(job(rows(100)));
    const good = sink.objects.get(DATA) ?? new Uint8Array();
    sink.objects.delete(MANIFEST);
    sink.objects.set(DATA, damage(good));
    expect((await commitHour(job(rows(50)))).how).toBe("written");
    expect(manifest().rows).toBe(50);
  });

  test("an object of another hour at our key is replaced", async () => {
    const other = job(rows(200));
    await commitHour({ ...other, subject: { ...other.subject, hour: TEN + 3600 } });
    const eleven = sink.objects.get(DATA.replace("10.parquet", "11.parquet"));
    sink.objects.set(DATA, eleven ?? new Uint8Array());
    await commitHour(job(rows(50)));
    expect(manifest().rows).toBe(50);
  });

  test("a second run that commits the same hour in the meantime is not disturbed", async () => {
    let hasRun = false;
    sink.before = async (_key, action) => {
      if (action !== "complete" || hasRun) return;
      hasRun = true;
      await commitHour(job(rows(100)));
    };
    const outcome = await commitHour(job(rows(100)));
    expect(outcome.how).toBe("already");
    expect(sink.writes).toEqual([DATA, MANIFEST]);
  });

  test("two runs with different answers, interleaved in the worst way, end with manifest and object agreeing", async () => {
    // Ours looks, the other writes its object, ours replaces it, the other writes its manifest, ours finds that one.
    let stage = 0;
    let other: Promise<unknown> = Promise.resolve();
    let letOtherFinish = (): void => {};
    const otherMayFinish = new Promise<void>((resolve) => {
      letOtherFinish = resolve;
    });
    sink.before = async (key, action) => {
      if (action === "complete" && stage === 0) {
        stage = 1;
        const otherIsAtManifest = new Promise<void>((resolve) => {
          const previous = sink.before;
          sink.before = async (innerKey, innerAction) => {
            if (innerKey === MANIFEST && stage === 1) {
              stage = 2;
              resolve();
              await otherMayFinish;
              return;
            }
            await previous(innerKey, innerAction);
          };
        });
        other = commitHour(job(rows(80)));
        await otherIsAtManifest;
      } else if (key === MANIFEST && stage === 2) {
        stage = 3;
        letOtherFinish();
        await other;
      }
    };
    const outcome = await commitHour(job(rows(100)));
    expect(stage).toBe(3);
    // The other saw that its object was gone, and named ours before we did.
    expect(outcome.how).toBe("already");
    expect(manifest()).toMatchObject({ rows: 100, revision: 2 });
    expect(manifest().object?.etag).toBe((await sink.head(DATA))?.etag);
  });

  test("a stored manifest that is no manifest is replaced", async () => {
    sink.objects.set(MANIFEST, new TextEncoder().encode("{"));
    expect((await commitHour(job(rows(10)))).how).toBe("written");
    expect(manifest().rows).toBe(10);
  });

  test("gives up when somebody changes the object again and again", async () => {
    let count = 0;
    sink.before = (key, action) => {
      if (action === "complete") sink.objects.set(key, new TextEncoder().encode(`junk ${(count += 1)}`));
    };
    await expect(commitHour(job(rows(10)))).rejects.toThrow(/was changed by others 5 times in a row/);
    expect(sink.objects.has(MANIFEST)).toBe(false);
  });

  test("writes manifests in a form that reads back", async () => {
    const { manifest: written } = await commitHour(job(rows(10)));
    expect(parseManifest(serializeManifest(written))).toEqual(written);
  });
});
