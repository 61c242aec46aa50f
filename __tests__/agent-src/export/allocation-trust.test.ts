import { describe, expect, test } from "@jest/globals";
import { openAllocation } from "../../../agent-src/export/allocation-rows.ts";
import { UntrustedAnswerError } from "../../../agent-src/export/errors.ts";
import type { HourSummary } from "../../../agent-src/export/hour-source.ts";
import { createInstantSource, sample } from "../../fakes/fake-instant-source.ts";
import { readCaptured } from "../../fakes/captured.ts";

const HOUR = 1795341600;

type Json = Record<string, unknown>;

// OpenCost's real answer for the hour: 41 workload rows, one idle and three unmounted ones.
const { data } = readCaptured("opencost/ok-container-sample").body as { data: [Record<string, Json>] };
const captured = Object.values(data[0]);
const workloads = captured.filter((one) => isWorkload(one));
const others = captured.filter((one) => !isWorkload(one));

function isWorkload({ name, properties }: Json): boolean {
  return (
    name !== "lab/__idle__" && (properties as Json)["container"] !== "__unmounted__" && name !== "__idle__"
  );
}

/** `count` workload rows made of the captured ones, each of a pod of its own, and the other rows. */
function manyRows(count: number): Json[] {
  const made = Array.from({ length: count }, (_, index) => {
    const one = workloads[index % workloads.length] ?? {};
    return { ...one, properties: { ...(one["properties"] as Json), pod: `pod-${index}` } };
  });
  return [...others, ...made];
}

function withFields(rows: readonly Json[], fields: Json): Json[] {
  return rows.map((one) => (isWorkload(one) ? { ...one, ...fields } : one));
}

const NO_COST = Object.fromEntries(
  ["cpu", "gpu", "ram", "pv", "network", "loadBalancer", "shared", "external", "total"].map((part) => [
    `${part}Cost`,
    0,
  ]),
);

async function readHour(rows: readonly Json[], running: number, price = 0.03): Promise<HourSummary> {
  async function* allocations(): AsyncGenerator<unknown> {
    yield* rows;
  }
  const nodes = new Set(workloads.map((one) => String((one["properties"] as Json)["node"])));
  const prices = [...nodes].map((node) => sample({ node }, price));
  const answer = openAllocation({
    prometheus: createInstantSource({
      running_containers: [sample({}, running)],
      node_cpu_price: prices,
      node_ram_price: prices,
      node_gpu_price: prices,
    }),
    openCost: { allocations: () => ({ allocations: allocations(), sets: () => 1 }) },
    versions: async () => ({}),
    jobs: { kubeStateMetricsJob: "kube-state-metrics" },
    clusterArn: "arn:aws:eks:us-east-1:123456789012:cluster/lab",
    currency: "USD",
  })(HOUR, new AbortController().signal);
  for await (const _row of answer.rows); // the verdict comes after the last row
  return answer.summary();
}

async function refusal(rows: readonly Json[], running: number): Promise<string> {
  const error = await readHour(rows, running).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(UntrustedAnswerError);
  return (error as Error).message;
}

function about(summary: HourSummary, words: RegExp): string[] {
  return summary.warnings.filter((warning) => words.test(warning));
}

describe("containers that ran and are not in the answer", () => {
  test("9 of 100 are too many", async () => {
    expect(await refusal(manyRows(91), 100)).toMatch(
      /it has 91 workload rows while 100 containers ran \(at least 95 % are needed\); .* OpenCost's log/,
    );
  });

  test("5 of 100 are accepted, and said", async () => {
    const words = /workload rows while/;
    expect(about(await readHour(manyRows(95), 100), words)).toEqual([
      "OpenCost has 95 workload rows while 100 containers ran: the cost of 5 is not in the file",
    ]);
    expect(await refusal(manyRows(94), 100)).toMatch(/94 workload rows/);
    expect(about(await readHour(manyRows(100), 100), words)).toEqual([]);
  });

  test("a small cluster may lack one, not two", async () => {
    expect(about(await readHour(manyRows(9), 10), /the cost of 1 is not in the file/)).toHaveLength(1);
    expect(await refusal(manyRows(8), 10)).toMatch(/8 workload rows while 10 containers/);
  });
});

describe("an answer whose parts are missing", () => {
  test("all core-hours 0 is refused", async () => {
    expect(await refusal(withFields(captured, { cpuCoreHours: 0, cpuCost: 0 }), 41)).toMatch(
      /its 41 workload rows have 0 core-hours together; a query of OpenCost's own Prometheus probably failed/,
    );
  });

  test("all memory 0 is refused", async () => {
    expect(await refusal(withFields(captured, { ramByteHours: 0, ramCost: 0 }), 41)).toMatch(
      /its 41 workload rows have 0 memory byte-hours together/,
    );
  });

  test("all costs 0 is refused where nodes have prices", async () => {
    expect(await refusal(withFields(captured, NO_COST), 41)).toMatch(
      /its 41 workload rows cost 0 together while Prometheus has prices of the nodes/,
    );
  });

  test("all costs 0 is said where nodes are free", async () => {
    const summary = await readHour(withFields(captured, NO_COST), 41, 0);
    expect(summary.warnings).toContain(
      "the workload rows cost 0 together: OpenCost has no prices for the nodes",
    );
  });

  test.each([
    ["totalCost", "total_cost"],
    ["cpuCoreHours", "cpu_core_hours"],
    ["ramByteHours", "ram_byte_hours"],
    ["gpuHours", "gpu_hours"],
  ])("%s null, as OpenCost says NaN, is refused", async (field, column) => {
    const rows = manyRows(41).map((one, index) => (index === 20 ? { ...one, [field]: null } : one));
    expect(await refusal(rows, 41)).toContain(`"${column}" is null in 1 of 45 rows; a query of OpenCost's`);
  });

  test("an idle row without a total is refused, too", async () => {
    const rows = captured.map((one) => (isWorkload(one) ? one : { ...one, totalCost: null }));
    expect(await refusal(rows, 41)).toContain('"total_cost" is null in 4 of 45 rows');
  });
});

test("40 rows that come twice are refused: their cost would count twice", async () => {
  const rows = manyRows(40);
  expect(await refusal([...rows, ...rows.filter(isWorkload)], 80)).toMatch(
    /40 of its 84 rows have the key of another \(row_kind, namespace, .*\), so cost would count twice/,
  );
});

test("only what was answered counts as answered", async () => {
  expect((await readHour(captured, 41)).queries).toEqual({ expected: 6, answered: 6 });
  const answer = openAllocation({
    prometheus: createInstantSource({ running_containers: [sample({}, 41)] }),
    openCost: {
      allocations: () => ({
        allocations: (async function* (): AsyncGenerator<unknown> {
          throw new Error("broke off");
        })(),
        sets: () => 1,
      }),
    },
    versions: async () => ({}),
    jobs: { kubeStateMetricsJob: "kube-state-metrics" },
    clusterArn: "arn:aws:eks:us-east-1:123456789012:cluster/lab",
    currency: "USD",
  })(HOUR, new AbortController().signal);
  await expect(answer.rows[Symbol.asyncIterator]().next()).rejects.toThrow("broke off");
  expect(answer.summary().queries).toEqual({ expected: 6, answered: 5 });
});
