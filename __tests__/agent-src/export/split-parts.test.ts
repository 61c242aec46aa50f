import { afterEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createPrometheus } from "../../../agent-src/adapters/prometheus/client.ts";
import { OverloadedError } from "../../../agent-src/export/errors.ts";
import { askFor, askSamplesFor } from "../../../agent-src/export/queries.ts";
import { askInParts } from "../../../agent-src/export/split-parts.ts";
import type { PrometheusQuery } from "../../../contract/datasets/column.ts";
import type { FakeSource } from "../../fakes/http-source.ts";
import { startLimitedPrometheus, type LimitedSeries, type Limits } from "../../fakes/limited-prometheus.ts";

const HOUR = 1795341600;
const JOBS = { kubeStateMetricsJob: "ksm" };
const never = new AbortController().signal;
const open: FakeSource[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((source) => source.close()));
});

function query(promql: string): PrometheusQuery {
  return { id: "x", promql, metrics: ["x"], fold: "sum", meaning: "" };
}

const COUNTED = query("max by (namespace, pod) (count_over_time(x{$all}[1h]))");
const RAW = query("x{$all}[1h]");

/** Series of pods with samples each minute, the first one at the hour's first instant. */
function podsOf(
  namespaces: Readonly<Record<string, number>>,
  more: Record<string, string> = {},
): LimitedSeries[] {
  const times = Array.from({ length: 60 }, (_, minute) => (HOUR + minute * 60) * 1000);
  return Object.entries(namespaces).flatMap(([namespace, pods]) =>
    Array.from({ length: pods }, (_, pod) => ({
      labels: { ...(namespace === "" ? {} : { namespace }), pod: `p${pod}`, ...more },
      times,
    })),
  );
}

async function start(series: readonly LimitedSeries[], limits: Limits) {
  const source = await startLimitedPrometheus(series, limits);
  open.push(source);
  const prometheus = createPrometheus({
    baseUrl: source.url,
    timeoutSeconds: 5,
    maxAttempts: 2,
    retryMilliseconds: 1,
  });
  const warnings: string[] = [];
  const warn = (warning: string): void => void warnings.push(warning);
  return {
    source,
    warnings,
    ask: askFor(prometheus, JOBS, HOUR, never, warn),
    askSamples: askSamplesFor(prometheus, JOBS, HOUR, never, warn),
  };
}

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

function keys(samples: readonly { readonly labels: Readonly<Record<string, string>> }[]): string[] {
  return samples.map(({ labels }) => JSON.stringify(labels)).sort();
}

describe("a Prometheus that refuses too many samples", () => {
  const series = podsOf({ web: 4, data: 3, "kube-system": 2, "a.b|c": 1, batch: 2, "": 1 });

  test("is asked in parts, none of which is lost or counted twice", async () => {
    const { source, ask, warnings } = await start(series, { maxSamples: 300 });
    const samples = await collect(ask(COUNTED));
    expect(keys(samples)).toEqual(keys(series));
    expect(samples.map(({ value }) => value)).toEqual(samples.map(() => 60));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^query "x": asked in [4-9] parts by namespace, as it was too much at once$/);
    expect(source.requests.length).toBeLessThan(20);
  });

  test("is asked once when it can answer", async () => {
    const { source, ask, warnings } = await start(series, { maxSamples: 1_000 });
    expect(await collect(ask(COUNTED))).toHaveLength(13);
    expect([source.requests.length, warnings]).toEqual([1, []]);
  });

  test.each([
    [503, { status: "error", errorType: "timeout", error: "query timed out in expression evaluation" }],
    [504, "upstream request timeout"],
    [422, { status: "error", errorType: "422", error: "the number of matching timeseries exceeds 3; either narrow down the search or increase -search.max* command-line flag values" }], // prettier-ignore
  ])("the same holds for an answer with status %d", async (status, body) => {
    const { ask } = await start(series, { maxSamples: 300, refusal: { status, body } });
    expect(keys(await collect(ask(COUNTED)))).toEqual(keys(series));
  });

  test("is not asked for less when the query itself is wrong", async () => {
    const error = "found duplicate series for the match group; many-to-many matching not allowed";
    const refusal = { status: 422, body: { status: "error", errorType: "execution", error } };
    const { source, ask } = await start(series, { maxSamples: 1, refusal });
    await expect(collect(ask(COUNTED))).rejects.toThrow(/many-to-many/);
    expect(source.requests).toHaveLength(1);
  });

  test("a query that counts the whole is not split", async () => {
    const { source, ask } = await start(series, { maxSamples: 1 });
    await expect(collect(ask(query("count(x{$all}[1h])")))).rejects.toThrow(/raise --query.max-samples/);
    expect(source.requests).toHaveLength(1);
  });

  test("one namespace that is too much alone ends it, after a bounded number of requests", async () => {
    const { source, ask } = await start(series, { maxSamples: 60 });
    const failure = collect(ask(COUNTED));
    await expect(failure).rejects.toThrow(OverloadedError);
    await expect(failure).rejects.toThrow(/too many samples/);
    expect(source.requests.length).toBeLessThan(10);
  });

  test("a thousand namespaces are not a thousand requests", async () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`n${index}`, 1]));
    const { source, ask } = await start(podsOf(many), { maxSamples: 100 });
    await expect(collect(ask(COUNTED))).rejects.toThrow(OverloadedError);
    expect(source.requests.length).toBeLessThan(80);
  });

  test.each([true, false])(
    "raw samples come by quarters of the hour at last (closed ranges: %p)",
    async (isClosed) => {
      const one = podsOf({ web: 1 }, { instance: "i" });
      const { askSamples, warnings } = await start(one, { maxSamples: 16, isClosed });
      const [found, ...others] = await collect(askSamples(RAW));
      expect(others).toEqual([]);
      expect(found?.labels).toEqual(one[0]?.labels);
      expect([...(found?.timestamps ?? [])]).toEqual(one[0]?.times.map((at) => at / 1000));
      expect(warnings).toEqual([
        'query "x": asked in 3 parts by namespace, instance, time, as it was too much at once',
      ]);
    },
  );

  test("a sample where two quarters meet is there once", async () => {
    const times = [900, 1800, 2700].map((second) => (HOUR + second) * 1000 - 1);
    const one = [{ labels: { namespace: "web" }, times: [...times, HOUR * 1000 + 5] .sort((a, b) => a - b) }]; // prettier-ignore
    const { askSamples } = await start(one, { maxSamples: 2, isClosed: true });
    const [found] = await collect(askSamples(RAW));
    expect([...(found?.timestamps ?? [])]).toEqual(one[0]?.times.map((at) => at / 1000));
  });
});

test("parts are disjoint and whole, whatever the values, and for those that nobody knew", async () => {
  const name = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("a.b", "a|b", "(", "\\d", "^", "$", "a+b", ""),
  );
  const world = fc.uniqueArray(name, { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(world, fc.nat(30), fc.integer({ min: 1, max: 5 }), async (values, unknown, most) => {
      const asked: number[] = [];
      const items = askInParts<string>({
        labels: ["namespace"],
        labelValues: async () => values.slice(Math.min(unknown, most - 1)),
        async *ask(matchers) {
          const found = values.filter((value) =>
            matchers.every(
              ({ op, value: regex }) => new RegExp(`^(?:${regex})$`, "su").test(value) === (op === "=~"),
            ),
          );
          asked.push(found.length);
          if (found.length > most) throw new OverloadedError("too many");
          yield* found;
        },
        onSplit: () => {},
      });
      expect((await collect(items)).sort()).toEqual([...values].sort());
    }),
    { numRuns: 300 },
  );
});

test("an answer that breaks off after its first series is not asked for again", async () => {
  let asked = 0;
  const items = askInParts<number>({
    labels: ["namespace"],
    labelValues: async () => ["a", "b"],
    async *ask() {
      asked++;
      yield 1;
      throw new OverloadedError("did not answer within 5 s");
    },
    onSplit: () => {},
  });
  await expect(collect(items)).rejects.toThrow("did not answer within 5 s");
  expect(asked).toBe(1);
});
