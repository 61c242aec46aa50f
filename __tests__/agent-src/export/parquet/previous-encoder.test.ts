import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { sha256Of } from "../../../../agent-src/export/parquet-read.ts";
import { checkObject } from "../../../../agent-src/export/verify-object.ts";
import { EDGES, edgeRows } from "../../../fakes/edges.ts";
import { CLUSTER_ARN, TEN } from "../../../fakes/hours.ts";
import { MemorySink } from "../../../fakes/memory-sink.ts";
import { firstDifference, readItems } from "../../../fakes/parquet-files.ts";
import { recentManifest } from "../../../support/recent-manifest.ts";

// Written by the encoder that container-insights/0.1.0 had at commit 950e0f1, from these rows.
const FILE = join(import.meta.dirname, "../../../fixtures/parquet/edges-written-by-0.1.0.parquet");
const ROWS = edgeRows().filter(({ text }) => String(text).length < 100);

describe("a file of the previous encoder", () => {
  const bytes = new Uint8Array(readFileSync(FILE));
  const dataset = { ...EDGES, totals: ["whole"] };

  test("has every value still", async () => {
    expect(firstDifference(EDGES, await readItems(EDGES, bytes), ROWS)).toBeUndefined();
  });

  test.each([
    ["nothing, with the manifest of its rows", 1, []],
    ["its totals, with a manifest of others", 2, ["totals"]],
  ])("has wrong what is wrong with it when verified: %s", async (_, factor, problems) => {
    const sink = new MemorySink();
    sink.objects.set("hour.parquet", bytes);
    const object = { key: "hour.parquet", bytes: bytes.length, sha256: sha256Of(bytes), etag: "" };
    const whole = ROWS.reduce((sum, row) => sum + Number(row["whole"] ?? 0), 0);
    const manifest = recentManifest(CLUSTER_ARN, (TEN + 3600) * 1000, {
      rows: ROWS.length,
      totals: { whole: whole * factor },
    });
    const found = await checkObject(sink, manifest, object, { dataset, clusterArn: CLUSTER_ARN, hour: TEN });
    expect(found.map(({ problem }) => problem)).toEqual(problems);
  });
});
