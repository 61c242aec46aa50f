import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import { openAllocation } from "../../../agent-src/export/allocation-rows.ts";
import { TransientError, UntrustedAnswerError } from "../../../agent-src/export/errors.ts";
import type { HourSummary } from "../../../agent-src/export/hour-source.ts";
import { createElementScanner } from "../../../agent-src/export/json-elements.ts";
import { allocation } from "../../../contract/datasets/allocation.ts";
import type { Row } from "../../../contract/datasets/column.ts";
import { createInstantSource, sample, type FakeInstantSource } from "../../fakes/fake-instant-source.ts";
import { readCaptured } from "../../fakes/captured.ts";

const HOUR = 1795341600;
const ARN = "arn:aws:eks:us-east-1:123456789012:cluster/lab";
// The demo replays the same recorded hour.
const RECORDED = join(import.meta.dirname, "../../../demo/recorded/opencost-2026-11-22T10Z.json.gz");
const wholeHour = gunzipSync(readFileSync(RECORDED));

// What the recorded OpenCost exposed: two prices for spot and on-demand nodes. Spot nodes are those whose number divides by 3.
const PRICES = { spot: { cpu: 0.006655, ram: 0.000892 }, onDemand: { cpu: 0.031611, ram: 0.004237 } };

function prices(kind: "cpu" | "ram" | "gpu"): ReturnType<typeof sample>[] {
  return Array.from({ length: 100 }, (_, index) => {
    const isGpu = index % 20 === 19;
    const price =
      kind === "gpu" ? (isGpu ? 0.95 : 0) : PRICES[index % 3 === 0 && !isGpu ? "spot" : "onDemand"][kind];
    return sample({ node: `ip-10-0-0-${index}.ec2.internal` }, price);
  });
}

function healthyPrometheus(): FakeInstantSource {
  return createInstantSource({
    running_containers: [sample({}, 2533)],
    pod_uid: [
      sample({ namespace: "data", pod: "db-0", uid: "8867edfb-b37e-4a47-acd7-cd8ed6fbb481" }),
      sample({ namespace: "data", pod: "db-1", uid: "2d9ad094-a5ad-48a1-a5f9-0b97d30348d6" }),
      sample({ namespace: "data", pod: "db-1", uid: "00000000-a5ad-48a1-a5f9-0b97d30348d6" }),
    ],
    node_cpu_price: prices("cpu"),
    node_ram_price: prices("ram"),
    node_gpu_price: prices("gpu"),
  });
}

async function readHour(
  body: Uint8Array | unknown,
  prometheus = healthyPrometheus(),
): Promise<{ rows: Row[]; summary: HourSummary }> {
  const scanner = createElementScanner();
  const bytes = body instanceof Uint8Array ? body : new TextEncoder().encode(JSON.stringify(body));
  async function* allocations(): AsyncGenerator<unknown> {
    for (const element of scanner.push(bytes)) yield element.value;
  }
  const open = openAllocation({
    prometheus,
    openCost: {
      allocations: () => ({
        allocations: allocations(),
        sets: () => (scanner.end() as { data: unknown[] }).data.length,
      }),
    },
    versions: async () => ({ prometheus: "2.42.0", opencost: "dev" }),
    jobs: { kubeStateMetricsJob: "kube-state-metrics" },
    clusterArn: ARN,
    currency: "USD",
  });
  const answer = open(HOUR, new AbortController().signal);
  const rows: Row[] = [];
  for await (const row of answer.rows) rows.push(row);
  return { rows, summary: answer.summary() };
}

function total(rows: readonly Row[], column: string): number {
  return rows.reduce((sum, row) => sum + Number(row[column]), 0);
}

/** The captured sample of 45 allocations, with as few running containers. */
async function readSample(): Promise<Row[]> {
  const prometheus = healthyPrometheus();
  prometheus.set("running_containers", [sample({}, 40)]);
  return (await readHour(readCaptured("opencost/ok-container-sample").body, prometheus)).rows;
}

describe("a whole recorded hour of 2,000 pods", () => {
  const hour = readHour(wholeHour);

  test("has every row, and the sum that OpenCost answered", async () => {
    const { rows } = await hour;
    expect(rows).toHaveLength(2537);
    expect(total(rows, "total_cost")).toBeCloseTo(83.44746, 6);
  });

  test("is repaired in every row: the precise sum is what OpenCost answers for the cluster as a whole", async () => {
    const { rows, summary } = await hour;
    expect(total(rows, "total_cost_precise")).toBeCloseTo(83.44689, 4);
    expect(summary.warnings).toEqual([]);
    for (const row of rows) {
      expect(Math.abs(Number(row["total_cost_precise"]) - Number(row["total_cost"]))).toBeLessThan(3e-5);
    }
  });

  test("says how much the repair changed, row by row and in all", async () => {
    const { rows, summary } = await hour;
    const { repaired_cost_absolute, repaired_cost } = summary.figures ?? {};
    const changes = rows.map((row) => Number(row["total_cost_precise"]) - Number(row["total_cost"]));
    expect(repaired_cost).toBeCloseTo(
      changes.reduce((sum, one) => sum + one, 0),
      12,
    );
    expect(repaired_cost_absolute).toBeCloseTo(
      changes.reduce((sum, one) => sum + Math.abs(one), 0),
      12,
    );
    // Of 83.44746 $: what 2,537 rows were rounded by, up and down.
    expect([repaired_cost_absolute?.toFixed(5), repaired_cost?.toFixed(5)]).toEqual(["0.00566", "-0.00056"]);
  });

  test("has exactly the dictionary's columns, and its key is unique", async () => {
    const { rows } = await hour;
    const names = allocation.columns.map((column) => column.name);
    for (const row of rows) expect(Object.keys(row)).toEqual(names);
    expect(new Set(rows.map((row) => JSON.stringify(allocation.key.map((name) => row[name])))).size).toBe(
      2537,
    );
  });

  test("says what answered", async () => {
    const { summary } = await hour;
    expect(summary.queries).toEqual({ expected: 6, answered: 6 });
    expect(summary.sources).toEqual({ prometheus: "2.42.0", opencost: "dev" });
  });

  test("tells apart workload, idle and unmounted cost", async () => {
    const { rows } = await hour;
    const counts = new Map<unknown, number>();
    for (const row of rows) counts.set(row["row_kind"], (counts.get(row["row_kind"]) ?? 0) + 1);
    expect(counts).toEqual(
      new Map([
        ["idle", 1],
        ["unmounted", 3],
        ["workload", 2533],
      ]),
    );
  });
});

describe("rows of the captured sample", () => {
  test("the idle row has cost and nothing else", async () => {
    const idle = (await readSample()).find((row) => row["row_kind"] === "idle");
    expect(idle).toMatchObject({
      hour_start: HOUR * 1000,
      cluster_arn: ARN,
      namespace: null,
      pod: null,
      pod_uid: null,
      cpu_cost: 29.35252,
      cpu_cost_precise: 29.35252,
      total_cost: 47.02127,
      currency: "USD",
      price_source: "opencost",
      labels: null,
    });
  });

  test("a volume's cost is the sum of its parts", async () => {
    const rows = await readSample();
    const unmounted = rows.find(
      (row) => row["row_kind"] === "unmounted" && row["namespace"] === "__unmounted__",
    );
    expect(unmounted?.["pv_cost"]).toBe(0.01644);
    expect(unmounted?.["pv_cost_precise"]).toBeCloseTo(0.016438356, 12);
    expect(unmounted?.["total_cost_precise"]).toBeCloseTo(0.016438356, 12);
    expect(JSON.parse(String(unmounted?.["persistent_volumes"]))).toHaveProperty([
      "cluster=lab:name=orphan-pv-0",
    ]);
  });

  test("a load balancer's cost is the sum of its parts", async () => {
    const row = (await readSample()).find((candidate) => candidate["load_balancers"] !== null);
    const parts = Object.values(
      JSON.parse(String(row?.["load_balancers"])) as Record<string, { cost: number }>,
    );
    expect(row?.["load_balancer_cost_precise"]).toBe(parts.reduce((sum, part) => sum + part.cost, 0));
  });

  test("a GPU row names the GPU and repairs its cost", async () => {
    const row = (await readSample()).find((candidate) => Number(candidate["gpu_count"]) > 0);
    expect(row?.["gpu_uuid"]).toMatch(/^GPU-/);
    expect(row?.["gpu_is_shared"]).toBe(false);
    expect(row?.["gpu_cost_precise"]).toBe(Number(row?.["gpu_hours"]) * 0.95);
  });

  test("a pod that lived for part of the hour keeps its own times", async () => {
    const row = (await readSample()).find((candidate) => Number(candidate["minutes"]) < 60);
    const span = (Number(row?.["ended_at"]) - Number(row?.["started_at"])) / 60_000;
    expect(span).toBeCloseTo(Number(row?.["minutes"]), 3);
  });

  test("a pod has its uid, and none when two pods had its name in the hour", async () => {
    const rows = await readSample();
    const uids = new Map(rows.map((row) => [row["pod"], row["pod_uid"]]));
    expect(uids.get("db-0")).toBe("8867edfb-b37e-4a47-acd7-cd8ed6fbb481");
    const { rows: all } = await readHour(wholeHour);
    expect(all.find((row) => row["pod"] === "db-1")?.["pod_uid"]).toBeNull();
  });
});

describe("an answer that is not the hour", () => {
  async function refusal(body: unknown, prometheus?: FakeInstantSource): Promise<string> {
    const error = await readHour(body, prometheus).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(UntrustedAnswerError);
    return (error as Error).message;
  }

  test("an empty object for a window without data is refused", async () => {
    for (const name of ["opencost/q-future", "opencost/err-ms-timestamps", "opencost/err-zero-window"]) {
      expect(await refusal(readCaptured(name).body)).toMatch(
        /^OpenCost's answer for 2026-11-22T10:00:00Z cannot be trusted: it is empty; check that OpenCost's Prometheus .* data for that hour/,
      );
    }
  });

  test("everything idle, because OpenCost's Prometheus refused a query, is refused", async () => {
    const captured = readCaptured("opencost/bad-200-prometheus-422-all-idle");
    expect(await refusal(captured.body)).toMatch(/all of its cost is idle .* raise --query.max-samples/);
  });

  test("far fewer workloads than containers that ran are refused", async () => {
    expect(await refusal(readCaptured("opencost/ok-container-sample").body)).toMatch(
      /it has 41 workload rows while 2533 containers ran/,
    );
  });

  test("an hour that kube-state-metrics knows nothing of is refused with the flag to set", async () => {
    const prometheus = healthyPrometheus();
    prometheus.set("running_containers", []);
    expect(await refusal(wholeHour, prometheus)).toMatch(
      /no series with job=~"kube-state-metrics" in that hour; name kube-state-metrics' job with --kube-state-metrics-job/,
    );
  });

  test("another window than asked is refused", async () => {
    const text = new TextDecoder()
      .decode(wholeHour)
      .replace('"end":"2026-11-22T11:00:00Z"', '"end":"2026-11-22T12:00:00Z"');
    expect(await refusal(new TextEncoder().encode(text))).toBe(
      'OpenCost answered for "2026-11-22T10:00:00Z" to "2026-11-22T12:00:00Z" when asked for 2026-11-22T10:00:00Z to 2026-11-22T11:00:00Z',
    );
  });

  test("two sets are refused", async () => {
    const body = readCaptured("opencost/ok-container-sample").body as { data: unknown[] };
    expect(await refusal({ ...body, data: [...body.data, {}] })).toMatch(
      /it has 2 sets where 1 was asked for/,
    );
  });

  test("rows of two clusters are refused", async () => {
    const text = new TextDecoder().decode(wholeHour).replace('{"cluster":"lab"}', '{"cluster":"other"}');
    expect(await refusal(new TextEncoder().encode(text))).toMatch(
      /has the costs of 2 clusters: "lab", "other"; name this cluster.s with --opencost-cluster/,
    );
  });
});

describe("an hour that is good but not perfect", () => {
  test("without prices keeps OpenCost's rounding and says so", async () => {
    const prometheus = healthyPrometheus();
    for (const kind of ["cpu", "ram", "gpu"]) prometheus.set(`node_${kind}_price`, []);
    const { rows, summary } = await readHour(wholeHour, prometheus);
    expect(total(rows, "cpu_cost_precise")).toBeCloseTo(total(rows, "cpu_cost"), 9);
    expect(summary.warnings).toContain(
      '"node_cpu_hourly_cost" has no series: cpu_cost_precise is cpu_cost as answered; let Prometheus scrape OpenCost\'s /metrics',
    );
    expect(summary.warnings).toHaveLength(4);
  });

  test("with a price that OpenCost did not use keeps its rounding and counts the rows", async () => {
    const prometheus = healthyPrometheus();
    const wrong = prices("cpu").map(({ labels, value }) => sample(labels, value * 1.1));
    prometheus.set("node_cpu_price", wrong);
    const { rows, summary } = await readHour(wholeHour, prometheus);
    expect(summary.warnings).toEqual([
      expect.stringMatching(/^\d+ of 2533 workload rows keep OpenCost's rounding/),
    ]);
    for (const row of rows) {
      expect(Math.abs(Number(row["cpu_cost_precise"]) - Number(row["cpu_cost"]))).toBeLessThan(0.52e-5);
    }
  });

  test("with many more rows than containers warns of another cluster", async () => {
    const prometheus = healthyPrometheus();
    prometheus.set("running_containers", [sample({}, 1000)]);
    const { summary } = await readHour(wholeHour, prometheus);
    expect(summary.warnings).toEqual([
      "OpenCost has 2533 workload rows while 1000 containers ran: it may see another cluster than Prometheus",
    ]);
  });

  test("a failing lookup fails the hour before OpenCost is asked for it", async () => {
    const prometheus = healthyPrometheus();
    prometheus.fail("pod_uid", new TransientError("gone"));
    await expect(readHour(wholeHour, prometheus)).rejects.toThrow("gone");
  });
});
