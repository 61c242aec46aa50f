import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { openAllocation } from "../../../agent-src/export/allocation-rows.ts";
import { commitHour } from "../../../agent-src/export/commit.ts";
import { TransientError } from "../../../agent-src/export/errors.ts";
import { openFocus } from "../../../agent-src/export/focus-rows.ts";
import { focusRows } from "../../../agent-src/export/focus-row.ts";
import type { OpenHour } from "../../../agent-src/export/hour-source.ts";
import { createElementScanner } from "../../../agent-src/export/json-elements.ts";
import { readRowGroups } from "../../../agent-src/export/parquet-read.ts";
import { verifySink } from "../../../agent-src/export/verify.ts";
import { allocation } from "../../../contract/datasets/allocation.ts";
import type { Dataset } from "../../../contract/datasets/column.ts";
import { focus } from "../../../contract/datasets/focus.ts";
import type { Manifest } from "../../../contract/manifest.ts";
import { createInstantSource, sample } from "../../fakes/fake-instant-source.ts";
import { MemorySink } from "../../fakes/memory-sink.ts";
import { FOCUS_RULES, focusProblem } from "../../support/focus-rules.ts";

const HOUR = 1795341600; // 2026-11-22T10:00:00Z
const ARN = "arn:aws:eks:us-east-1:123456789012:cluster/lab";
const RECORDED = join(import.meta.dirname, "../../../demo/recorded/opencost-2026-11-22T10Z.json.gz");

type Cells = Readonly<Record<string, unknown>>;

/** OpenCost's recorded answer for the hour, as the allocation dataset. */
const openRecorded: OpenHour = openAllocation({
  prometheus: createInstantSource({ running_containers: [sample({}, 2533)] }),
  openCost: {
    allocations: () => {
      const scanner = createElementScanner();
      async function* allocations(): AsyncGenerator<unknown> {
        for (const element of scanner.push(gunzipSync(readFileSync(RECORDED)))) yield element.value;
      }
      return {
        allocations: allocations(),
        sets: () => (scanner.end() as { data: unknown[] }).data.length,
      };
    },
  },
  versions: async () => ({ opencost: "dev" }),
  jobs: { kubeStateMetricsJob: "kube-state-metrics" },
  clusterArn: ARN,
  currency: "USD",
});

async function commit(sink: MemorySink, dataset: Dataset, open: OpenHour): Promise<Manifest> {
  const { manifest } = await commitHour({
    subject: { dataset, clusterArn: ARN, hour: HOUR },
    open,
    sink,
    signal: new AbortController().signal,
    now: () => new Date("2026-11-22T14:00:00Z"),
  });
  return manifest;
}

async function rowsOf(sink: MemorySink, { object }: Manifest, dataset: Dataset): Promise<Cells[]> {
  const bytes = await sink.read(object?.key ?? "");
  const names = new Set(dataset.columns.map(({ name }) => name));
  const rows: Cells[] = [];
  for await (const group of readRowGroups(bytes ?? new Uint8Array(), names)) rows.push(...group.rows);
  return rows;
}

function total(rows: readonly Cells[], column: string): number {
  return rows.reduce((sum, row) => sum + Number(row[column]), 0);
}

describe("the recorded hour", () => {
  const sink = new MemorySink();
  let origin: { manifest: Manifest; rows: Cells[] };
  let charges: { manifest: Manifest; rows: Cells[] };
  beforeAll(async () => {
    const allocated = await commit(sink, allocation, openRecorded);
    origin = { manifest: allocated, rows: await rowsOf(sink, allocated, allocation) };
    const focused = await commit(sink, focus, openFocus({ sink, clusterArn: ARN }));
    charges = { manifest: focused, rows: await rowsOf(sink, focused, focus) };
  });

  test("has a charge for each allocation, and costs as much to the last bit", () => {
    expect(charges.rows).toHaveLength(2537);
    for (const column of ["EffectiveCost", "ListCost", "ContractedCost"]) {
      expect(charges.manifest.totals[column]).toBe(origin.manifest.totals["total_cost"]);
      expect(charges.rows.map((row) => row[column])).toEqual(origin.rows.map((row) => row["total_cost"]));
    }
    expect(total(charges.rows, "EffectiveCost").toFixed(5)).toBe("83.44746");
    expect(charges.manifest.totals["x_TotalCostPrecise"]).toBe(origin.manifest.totals["total_cost_precise"]);
    expect(charges.manifest.totals["BilledCost"]).toBe(0);
  });

  test.each(FOCUS_RULES.map((rule) => [rule.column, rule] as const))(
    "keeps FOCUS' rules of %s",
    (_name, rule) => {
      const problems = charges.rows.flatMap((row) => focusProblem(rule, row[rule.column]) ?? []);
      expect(problems).toEqual([]);
      expect(focus.columns.find(({ name }) => name === rule.column)).toBeDefined();
    },
  );

  test("names what cost is allocated to, and nothing for what is not", () => {
    const nulls = new Set(["idle", "unallocated"]);
    for (const row of charges.rows) {
      const isNull = nulls.has(String(row["x_RowKind"]));
      expect([row["AllocatedResourceId"] === null, row["AllocatedResourceName"] === null]).toEqual([
        isNull,
        isNull,
      ]);
    }
    const idle = charges.rows.find((row) => row["x_RowKind"] === "idle");
    expect(idle).toMatchObject({ EffectiveCost: 47.02127, AllocatedTags: null, x_Pod: null });
    const allocatedIds = charges.rows.flatMap((row) => row["AllocatedResourceId"] ?? []);
    expect(new Set(allocatedIds).size).toBe(allocatedIds.length);
  });

  test("splits the cluster's hour: one origin for all rows, whose shares are 1 together", () => {
    for (const row of charges.rows) {
      expect(row).toMatchObject({ ResourceId: ARN, ResourceName: "lab", RegionId: "us-east-1" });
      expect([row["ChargePeriodStart"], row["ChargePeriodEnd"]]).toEqual([
        new Date("2026-11-22T10:00:00Z"),
        new Date("2026-11-22T11:00:00Z"),
      ]);
    }
    const elements = charges.rows.flatMap(
      (row) =>
        (JSON.parse(String(row["AllocatedMethodDetails"])) as { Elements: { AllocatedRatio: number }[] })
          .Elements,
    );
    expect(elements.reduce((sum, { AllocatedRatio }) => sum + AllocatedRatio, 0)).toBeCloseTo(1, 12);
  });

  test("says which file it was made from, and what was warned of there", () => {
    expect(charges.manifest.sources).toEqual({
      opencost: "dev",
      allocation: `sha256:${origin.manifest.object?.sha256}`,
    });
    expect(charges.manifest.warnings).toEqual(
      origin.manifest.warnings.map((warning) => `allocation: ${warning}`),
    );
    expect(origin.manifest.warnings.length).toBeGreaterThan(0);
  });

  test("is found sound by verify, its keys unique", async () => {
    const report = await verifySink({ clusterArn: ARN, datasets: [allocation, focus] }, sink);
    expect(report.findings).toEqual([]);
    expect(report.sound).toBe(2);
  });
});

describe("FOCUS' names", () => {
  test("every mandatory column is there, and what FOCUS does not have begins with x_", () => {
    const known = new Set(FOCUS_RULES.map(({ column }) => column));
    for (const { name } of focus.columns) if (!known.has(name)) expect(name).toMatch(/^x_[A-Z][A-Za-z]*$/);
    const names = new Set(focus.columns.map(({ name }) => name));
    expect([...known].filter((name) => !names.has(name))).toEqual([]);
  });

  test("nullability is not wider than FOCUS allows", () => {
    for (const rule of FOCUS_RULES) {
      const column = focus.columns.find(({ name }) => name === rule.column);
      if (column?.nullable) expect([rule.column, rule.nulls]).toEqual([rule.column, true]);
    }
  });
});

test("the billing period is the hour's month, in December too", () => {
  const build = focusRows(Date.UTC(2026, 11, 31, 23) / 1000, ARN, 1);
  expect(build({ row_kind: "idle", total_cost: 1 })).toMatchObject({
    BillingPeriodStart: Date.UTC(2026, 11, 1),
    BillingPeriodEnd: Date.UTC(2027, 0, 1),
    ChargePeriodEnd: Date.UTC(2027, 0, 1),
  });
});

test("an hour that costs nothing has no shares", () => {
  const row = focusRows(HOUR, ARN, 0)({ row_kind: "workload", total_cost: 0 });
  expect(row["AllocatedMethodDetails"]).toBeNull();
});

describe("focus fails alone", () => {
  test("when the hour's allocation is not committed, and says what to do", async () => {
    const sink = new MemorySink();
    const committed = commit(sink, focus, openFocus({ sink, clusterArn: ARN }));
    await expect(committed).rejects.toThrow(TransientError);
    await expect(committed).rejects.toThrow(
      'Dataset "focus" is made from "allocation", and of 2026-11-22T10:00:00Z it is not committed; export "allocation" of that hour, too',
    );
    expect([...sink.objects.keys()]).toEqual([]);
  });

  test("when the file is not the one that the manifest names", async () => {
    const sink = new MemorySink();
    const { object } = await commit(sink, allocation, openRecorded);
    sink.objects.set(object?.key ?? "", new TextEncoder().encode("damaged"));
    await expect(commit(sink, focus, openFocus({ sink, clusterArn: ARN }))).rejects.toThrow(
      /^Dataset "focus" is made from "dataset=allocation.*" in memory:.*, which is not the file that its manifest names; run "export --repair"$/,
    );
  });
});
