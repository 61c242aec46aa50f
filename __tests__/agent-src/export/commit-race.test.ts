import { beforeEach, describe, expect, test } from "@jest/globals";
import type { Row } from "../../../contract/datasets/column.ts";
import { parseManifest, type Manifest } from "../../../contract/manifest.ts";
import { commitHour, type HourJob } from "../../../agent-src/export/commit.ts";
import { sha256Of } from "../../../agent-src/export/parquet-read.ts";
import { verifySink } from "../../../agent-src/export/verify.ts";
import { allocationRows, answering, CLUSTER_ARN, datasetNamed, TEN } from "../../fakes/hours.ts";
import { MemorySink } from "../../fakes/memory-sink.ts";

const DATA = "dataset=allocation/v=1/date=2026-11-22/10.parquet";
const MANIFEST = "_manifests/date=2026-11-22/10/allocation.json";

let sink: MemorySink;
beforeEach(() => {
  sink = new MemorySink();
});

function job(rows: readonly Row[], into = sink): HourJob {
  return {
    subject: { dataset: datasetNamed("allocation"), clusterArn: CLUSTER_ARN, hour: TEN },
    open: answering(() => rows),
    sink: into,
    signal: new AbortController().signal,
    now: () => new Date("2026-11-22T11:05:00Z"),
  };
}

function rowsOf(count: number, namespace = "team"): Row[] {
  return allocationRows(TEN, count).map((row) => ({ ...row, namespace }));
}

/** The object of another run that answers these rows. */
async function objectOf(rows: readonly Row[]): Promise<Uint8Array> {
  const other = new MemorySink();
  await commitHour(job(rows, other));
  return other.objects.get(DATA) ?? new Uint8Array();
}

/** Another run puts its object in our object's place after ours was written, and dies before its manifest. */
function replaceBeforeManifest(bytesOf: (time: number) => Uint8Array | undefined): void {
  let time = 0;
  sink.before = (key) => {
    const bytes = key === MANIFEST ? bytesOf((time += 1)) : undefined;
    if (bytes) sink.objects.set(DATA, bytes);
  };
}

async function expectSound(): Promise<Manifest> {
  const manifest = parseManifest(sink.text(MANIFEST));
  expect(manifest.object?.etag).toBe((await sink.head(DATA))?.etag);
  expect(manifest.object?.sha256).toBe(sha256Of(sink.objects.get(DATA) ?? new Uint8Array()));
  const settings = { clusterArn: CLUSTER_ARN, datasets: [datasetNamed("allocation")] };
  expect((await verifySink(settings, sink)).findings).toEqual([]);
  return manifest;
}

describe("an object that another run replaced before our manifest, and left without one", () => {
  test("with more rows than ours it stays, and gets the manifest", async () => {
    const bytes = await objectOf(rowsOf(120));
    replaceBeforeManifest((time) => (time === 1 ? bytes : undefined));
    const outcome = await commitHour(job(rowsOf(100)));
    expect(outcome.how).toBe("recovered");
    expect(await expectSound()).toEqual(outcome.manifest);
    expect(outcome.manifest).toMatchObject({ rows: 120, revision: 2 });
    expect(sink.objects.get(DATA)).toBe(bytes);
  });

  test.each([
    ["with as many rows as ours and other contents", () => objectOf(rowsOf(100, "other"))],
    ["with fewer rows than ours", () => objectOf(rowsOf(80))],
    ["that is no file of the hour", async () => new TextEncoder().encode("junk")],
  ])("%s it is replaced by ours again", async (_, theirs) => {
    const bytes = await theirs();
    const ours = await objectOf(rowsOf(100));
    replaceBeforeManifest((time) => (time === 1 ? bytes : undefined));
    await commitHour(job(rowsOf(100)));
    expect((await expectSound()).rows).toBe(100);
    expect(sha256Of(sink.objects.get(DATA) ?? new Uint8Array())).toBe(sha256Of(ours));
    expect(sink.openUploads).toBe(0);
  });

  test("beside an hour that has no rows for us it is committed", async () => {
    const bytes = await objectOf(rowsOf(50));
    replaceBeforeManifest((time) => (time === 1 ? bytes : undefined));
    const outcome = await commitHour(job([]));
    expect(outcome.manifest).toMatchObject({ rows: 50, revision: 2 });
    await expectSound();
  });

  test("named by a manifest that was written late, by a run that then died, is ours in the end", async () => {
    const other = new MemorySink();
    await commitHour(job(rowsOf(80), other));
    sink.before = (key) => {
      if (key === MANIFEST && !sink.objects.has(key)) {
        sink.objects.set(key, new TextEncoder().encode(other.text(key)));
      }
    };
    expect((await commitHour(job(rowsOf(100)))).how).toBe("written");
    expect(await expectSound()).toMatchObject({ rows: 100, revision: 2 });
  });

  test("again and again, ends with an error that says what to do", async () => {
    const theirs = await Promise.all([0, 1, 2].map((n) => objectOf(rowsOf(100, `other-${n}`))));
    replaceBeforeManifest((time) => theirs[(time - 1) % theirs.length]);
    await expect(commitHour(job(rowsOf(100)))).rejects.toThrow(
      /was replaced by others 3 times in a row after its manifest was written; run one export at a time/,
    );
    expect(sink.openUploads).toBe(0);
  });
});

test("the same bytes under another etag are the object of the manifest", async () => {
  const head = sink.head.bind(sink);
  sink.head = async (key) => {
    const object = await head(key);
    return object && key === DATA ? { ...object, etag: `${object.etag}-2` } : object;
  };
  const store = sink.upload.bind(sink);
  let uploads = 0;
  sink.upload = (key, type) => {
    uploads += 1;
    return store(key, type);
  };
  expect((await commitHour(job(rowsOf(10)))).how).toBe("written");
  expect(uploads).toBe(1);
});
