import type { InstantSample } from "../../agent-src/adapters/prometheus/sample.ts";
import type { InstantSource } from "../../agent-src/export/queries.ts";

/** A Prometheus that knows the answer to each query by its id, and remembers what it was asked. */
export interface FakeInstantSource extends InstantSource {
  readonly asked: { readonly id: string; readonly promql: string; readonly time: number }[];
  /** Replaces the answer to a query; the default is no series. */
  set(id: string, samples: readonly InstantSample[]): void;
  /** Lets a query fail. */
  fail(id: string, error: Error): void;
}

/** Starts with these answers, by query id. */
export function createInstantSource(
  answers: Readonly<Record<string, readonly InstantSample[]>> = {},
): FakeInstantSource {
  const known = new Map<string, readonly InstantSample[] | Error>(Object.entries(answers));
  const asked: { id: string; promql: string; time: number }[] = [];
  return {
    asked,
    set: (id, samples) => known.set(id, samples),
    fail: (id, error) => known.set(id, error),
    async *instant({ id, promql }, time) {
      asked.push({ id, promql, time });
      const answer = known.get(id) ?? [];
      if (answer instanceof Error) throw answer;
      yield* answer;
    },
  };
}

/** A series with labels and a value. */
export function sample(labels: Readonly<Record<string, string>>, value = 1): InstantSample {
  return { labels, value };
}
