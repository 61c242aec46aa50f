import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { parseClusterArn } from "../../contract/cluster-arn.ts";
import { SECONDS_PER_HOUR } from "../../contract/hours.ts";
import { clusterPrefix } from "../../contract/object-keys.ts";
import { FileSink } from "../../agent-src/adapters/file-sink.ts";
import { commitHour } from "../../agent-src/export/commit.ts";
import type { Sink } from "../../agent-src/export/sink.ts";
import { parseManifest, serializeManifest, type Manifest } from "../../contract/manifest.ts";
import { readCommitted, type HourRange } from "../../cli/committed.ts";
import { DamagedDataError } from "../../cli/damaged-data-error.ts";
import { openViews } from "../../cli/duckdb-views.ts";
import { allocationRows, answering, CLUSTER_ARN, containerRows, datasetNamed, TEN } from "../fakes/hours.ts";
import { MemorySink } from "../fakes/memory-sink.ts";

const OTHER_ARN = CLUSTER_ARN.replace("/prod", "/stage");

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "views-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

async function commit(
  sink: Sink,
  name: string,
  hour: number,
  count: number,
  extra: { arn?: string; simulated?: string } = {},
): Promise<void> {
  const rowsOf = name === "allocation" ? allocationRows : containerRows;
  await commitHour({
    subject: { dataset: datasetNamed(name), clusterArn: extra.arn ?? CLUSTER_ARN, hour },
    open: answering((at) => rowsOf(at, count)),
    sink,
    signal: new AbortController().signal,
    now: () => new Date("2026-11-22T14:00:00Z"),
    ...(extra.simulated === undefined ? {} : { simulated: extra.simulated }),
  });
}

function clusterSink(arn: string): FileSink {
  return new FileSink(directory, clusterPrefix("insights", parseClusterArn(arn)));
}

async function ask(sink: Sink, sql: string, range?: HourRange): Promise<unknown[][]> {
  const views = await openViews(sink, range);
  try {
    return (await views.connection.runAndReadAll(sql)).getRowsJS();
  } finally {
    await views.close();
  }
}

describe("openViews", () => {
  test("reads all clusters from the key prefix, and one from its own", async () => {
    await commit(clusterSink(CLUSTER_ARN), "allocation", TEN, 10);
    await commit(clusterSink(OTHER_ARN), "allocation", TEN, 5, { arn: OTHER_ARN });
    const count = "SELECT count(*)::INTEGER FROM allocation";
    expect(await ask(new FileSink(directory, "insights"), count)).toEqual([[15]]);
    expect(await ask(clusterSink(OTHER_ARN), count)).toEqual([[5]]);
    const clusters = "SELECT cluster_arn, row_count::INTEGER FROM hours ORDER BY 1";
    expect(await ask(new FileSink(directory, "insights"), clusters)).toEqual([
      [CLUSTER_ARN, 10],
      [OTHER_ARN, 5],
    ]);
  });

  test("has every column of the dictionary with its type, also without a single file", async () => {
    const sink = clusterSink(CLUSTER_ARN);
    const types =
      "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'container'";
    const empty = await ask(sink, types);
    await commit(sink, "container", TEN, 3);
    expect(await ask(sink, types)).toEqual(empty);
    const expected = {
      string: "VARCHAR",
      double: "DOUBLE",
      int64: "BIGINT",
      boolean: "BOOLEAN",
      timestamp: "TIMESTAMP WITH TIME ZONE",
    };
    expect(empty).toEqual(datasetNamed("container").columns.map(({ name, type }) => [name, expected[type]]));
  });

  test("keeps to the range, and knows hours without rows", async () => {
    const sink = clusterSink(CLUSTER_ARN);
    for (const [index, count] of [4, 0, 6].entries()) {
      await commit(sink, "allocation", TEN + index * SECONDS_PER_HOUR, count);
    }
    const range = { from: TEN + SECONDS_PER_HOUR, until: TEN + 3 * SECONDS_PER_HOUR };
    expect(await ask(sink, "SELECT count(*)::INTEGER FROM allocation", range)).toEqual([[6]]);
    const hours = await ask(sink, "SELECT hour_start, row_count::INTEGER FROM hours ORDER BY 1", range);
    expect(hours).toEqual([
      [new Date("2026-11-22T11:00:00Z"), 0],
      [new Date("2026-11-22T12:00:00Z"), 6],
    ]);
  });

  test("leaves out objects without a manifest", async () => {
    const sink = clusterSink(CLUSTER_ARN);
    await commit(sink, "allocation", TEN, 4);
    await sink.put("dataset=allocation/v=1/date=2026-11-22/11.parquet", new Uint8Array([1]), "x");
    expect(await ask(sink, "SELECT count(*)::INTEGER FROM allocation")).toEqual([[4]]);
  });

  test("says what is no measurement", async () => {
    const sink = clusterSink(CLUSTER_ARN);
    await commit(sink, "allocation", TEN, 1, { simulated: "it's a demo" });
    await commit(sink, "container", TEN, 1);
    const views = await openViews(sink);
    expect(views.simulated).toBe("it's a demo");
    const texts = await views.connection.runAndReadAll("SELECT simulated FROM hours ORDER BY dataset");
    expect(texts.getRowsJS()).toEqual([["it's a demo"], [null]]);
    await views.close();
  });

  test("downloads from a sink that is no folder, and removes the files again", async () => {
    const sink = new MemorySink();
    await commit(sink, "allocation", TEN, 7);
    const views = await openViews(sink, undefined, { temporary: directory });
    expect(readdirSync(directory)).toHaveLength(1);
    const reader = await views.connection.runAndReadAll("SELECT count(*)::INTEGER FROM allocation");
    expect(reader.getRowsJS()).toEqual([[7]]);
    await views.close();
    expect(readdirSync(directory)).toEqual([]);
  });

  describe.each(["a folder", "a sink whose files are downloaded"])("a file of %s", (kind) => {
    const KEY = "dataset=allocation/v=1/date=2026-11-22/10.parquet";
    let sink: Sink;
    beforeEach(async () => {
      sink = kind === "a folder" ? clusterSink(CLUSTER_ARN) : new MemorySink();
      for (const name of ["allocation", "container"]) await commit(sink, name, TEN, 7);
    });

    async function damage(change: (bytes: Uint8Array) => Uint8Array | undefined): Promise<void> {
      const changed = change(new Uint8Array((await sink.read(KEY)) ?? []));
      if (changed) await sink.put(KEY, changed, "x");
      else if (sink instanceof FileSink) rmSync(sink.pathOf(KEY));
      else (sink as MemorySink).objects.delete(KEY);
    }

    test.each<[string, (bytes: Uint8Array) => Uint8Array | undefined, RegExp]>([
      [
        "is gone",
        () => undefined,
        /^Object "dataset=allocation.*" of a manifest is missing in .*run "verify"$/,
      ],
      [
        "was cut",
        (bytes) => bytes.slice(0, 500),
        /^Object .* has 500 bytes, its manifest says \d+; run "verify"$/,
      ],
      [
        "has another end",
        (bytes) => bytes.fill(0, bytes.length - 100),
        /^Object .* is not what its manifest describes; run "verify"$/,
      ],
      [
        "has another middle",
        (bytes) => bytes.fill(255, 100, bytes.length / 2),
        /^Object .* is not what its manifest describes; run "verify"$/,
      ],
    ])("that %s is named to who asks for its dataset, and to nobody else", async (_, change, message) => {
      await damage(change);
      const asking = ask(sink, "SELECT count(*) FROM (SELECT * FROM Allocation ORDER BY ALL)");
      await expect(asking).rejects.toThrow(DamagedDataError);
      await expect(asking).rejects.toThrow(message);
      expect(await ask(sink, "SELECT count(*)::INTEGER FROM container")).toEqual([[7]]);
      expect(await ask(sink, "SELECT count(*)::INTEGER FROM hours")).toEqual([[2]]);
      await expect(ask(sink, "SELECT nope FROM container")).rejects.toThrow(/Binder Error/);
      await expect(ask(sink, "FROM nope")).rejects.toThrow(/Catalog Error/);
    });
  });

  test("a manifest that cannot be read is an error that names it", async () => {
    const sink = new MemorySink();
    await sink.put("_manifests/date=2026-11-22/10/allocation.json", new TextEncoder().encode("{"), "x");
    await expect(readCommitted(sink)).rejects.toThrow(DamagedDataError);
    await expect(readCommitted(sink)).rejects.toThrow(
      'Manifest "_manifests/date=2026-11-22/10/allocation.json" in memory://sink cannot be read: manifest is not JSON; run "verify"',
    );
  });

  describe("does not believe a manifest more than its place", () => {
    const TEN_KEY = "_manifests/date=2026-11-22/10/allocation.json";
    const segment = clusterPrefix("", parseClusterArn(CLUSTER_ARN));
    const outside = "outside.parquet";

    /** A bucket with one good hour below a cluster's prefix, whose manifest is then changed. */
    async function bucketWith(change: (manifest: Manifest) => Partial<Manifest>): Promise<MemorySink> {
      const one = new MemorySink();
      await commit(one, "allocation", TEN, 7);
      const all = new MemorySink();
      for (const [key, bytes] of one.objects) all.objects.set(`${segment}/${key}`, bytes);
      const manifest = parseManifest(one.text(TEN_KEY));
      const text = serializeManifest({ ...manifest, ...change(manifest) });
      all.objects.set(`${segment}/${TEN_KEY}`, new TextEncoder().encode(text));
      return all;
    }

    test("reads it as it was written", async () => {
      expect(await ask(await bucketWith(() => ({})), "SELECT count(*)::INTEGER FROM allocation")).toEqual([
        [7],
      ]);
    });

    test("a key that leads out of the download folder is an error, and nothing is written", async () => {
      const temporary = join(directory, "temporary");
      mkdirSync(temporary);
      const key = `../../${outside}`;
      const sink = await bucketWith(({ object }) => (object ? { object: { ...object, key } } : {}));
      sink.objects.set(`${segment}/${key}`, new TextEncoder().encode("planted"));
      await expect(openViews(sink, undefined, { temporary })).rejects.toThrow(
        /^Manifest "cluster=.*\/allocation\.json" in memory:\/\/sink cannot be read: "object\.key" is "\.\.\/\.\.\/outside\.parquet", expected .*; run "verify"$/,
      );
      expect(readdirSync(directory)).toEqual(["temporary"]);
      expect(readdirSync(temporary)).toEqual([]);
    });

    test.each([
      ["another cluster's ARN", () => ({ clusterArn: OTHER_ARN })],
      ["another hour", () => ({ hourStart: TEN + 3600, hourEnd: TEN + 7200 })],
      ["another dataset", () => ({ dataset: "container" })],
    ])("%s is an error", async (_, change) => {
      await expect(readCommitted(await bucketWith(change))).rejects.toThrow(/cannot be read: .* expected /);
    });

    test("the cluster that was asked for decides where no prefix says it", async () => {
      const sink = new MemorySink();
      await commit(sink, "allocation", TEN, 7, { arn: OTHER_ARN });
      await expect(openViews(sink, undefined, { clusterArn: CLUSTER_ARN })).rejects.toThrow(
        `"clusterArn" is "${OTHER_ARN}", expected "${CLUSTER_ARN}"`,
      );
      expect(await readCommitted(sink, undefined, OTHER_ARN)).toHaveLength(1);
    });
  });
});
