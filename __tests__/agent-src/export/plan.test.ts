import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { hoursBetween, SECONDS_PER_HOUR } from "../../../contract/hours.ts";
import {
  failureKey,
  manifestKey,
  parseDataKey,
  parseManifestKey,
  dataKey,
} from "../../../contract/object-keys.ts";
import { describeWindow, planExport } from "../../../agent-src/export/plan.ts";
import { TEN } from "../../fakes/hours.ts";

const DATASETS = ["allocation", "container"];
const hour = fc.integer({ min: 0, max: 500_000 }).map((n) => n * SECONDS_PER_HOUR);

const situation = fc
  .record({ from: hour, length: fc.integer({ min: 0, max: 60 }), maxHours: fc.integer({ min: 1, max: 80 }) })
  .chain(({ from, length, maxHours }) => {
    const until = from + length * SECONDS_PER_HOUR;
    const all = hoursBetween(from, until).flatMap((each) =>
      DATASETS.map((dataset) => ({ dataset, hour: each })),
    );
    return fc.record({
      window: fc.constant({ from, until }),
      maxHours: fc.constant(maxHours),
      all: fc.constant(all),
      committed: fc.subarray(all),
      failed: fc.subarray(all),
    });
  });

describe("planExport", () => {
  test("the newest missing hour comes first, then from the oldest on", () => {
    const window = { from: TEN, until: TEN + 5 * SECONDS_PER_HOUR };
    const newest = manifestKey({ dataset: "allocation", hour: TEN + 4 * SECONDS_PER_HOUR });
    const { steps } = planExport(window, ["allocation"], new Set([newest]), 24);
    expect(steps.map((step) => (step.hour - TEN) / SECONDS_PER_HOUR)).toEqual([3, 0, 1, 2]);
  });

  test("maxHours bounds hours, not datasets, and says what it left", () => {
    const window = { from: TEN, until: TEN + 5 * SECONDS_PER_HOUR };
    const plan = planExport(window, DATASETS, new Set(), 2);
    expect(plan.steps.map(({ dataset, hour: at }) => [dataset, (at - TEN) / SECONDS_PER_HOUR])).toEqual([
      ["allocation", 4],
      ["container", 4],
      ["allocation", 0],
      ["container", 0],
    ]);
    expect([plan.postponedHours, plan.committed]).toEqual([3, 0]);
  });

  test("hours that have failed come after the newest and the oldest, themselves from the oldest on", () => {
    const window = { from: TEN, until: TEN + 6 * SECONDS_PER_HOUR };
    const failed = [5, 0, 2].map((index) => ({
      dataset: "allocation",
      hour: TEN + index * SECONDS_PER_HOUR,
    }));
    const { steps } = planExport(window, ["allocation"], new Set(), 24, { tried: neverTold(failed) });
    expect(steps.map((step) => (step.hour - TEN) / SECONDS_PER_HOUR)).toEqual([4, 1, 3, 0, 2, 5]);
  });

  test("an hour of which one dataset has not been tried yet is not put off", () => {
    const window = { from: TEN, until: TEN + 3 * SECONDS_PER_HOUR };
    const tried = neverTold([{ dataset: "allocation", hour: TEN }]);
    const hours = (keys: ReadonlySet<string>): number[] =>
      planExport(window, DATASETS, keys, 24, { tried }).steps.map(
        ({ hour: at }) => (at - TEN) / SECONDS_PER_HOUR,
      );
    expect(hours(new Set())).toEqual([2, 2, 0, 0, 1, 1]);
    expect(hours(new Set([manifestKey({ dataset: "container", hour: TEN })]))).toEqual([2, 2, 1, 1, 0]);
  });

  test("plans exactly what is missing, each once, within the bound", () => {
    fc.assert(
      fc.property(situation, ({ window, maxHours, all, committed, failed }) => {
        const keys = new Set(committed.map(manifestKey));
        const plan = planExport(window, DATASETS, keys, maxHours, { tried: neverTold(failed) });
        const planned = plan.steps.map(manifestKey);
        expect(new Set(planned).size).toBe(planned.length);
        expect(planned.some((key) => keys.has(key))).toBe(false);
        const hours = new Set(plan.steps.map((step) => step.hour));
        expect(hours.size).toBeLessThanOrEqual(maxHours);
        expect(plan.committed).toBe(committed.length);
        const missing = all.filter((step) => !keys.has(manifestKey(step)));
        const missingHours = new Set(missing.map((step) => step.hour));
        expect(hours.size + plan.postponedHours).toBe(missingHours.size);
        if (plan.postponedHours === 0) expect(new Set(planned)).toEqual(new Set(missing.map(manifestKey)));
      }),
    );
  });

  test("running plans until nothing is left commits the whole window, and a further plan is empty", () => {
    fc.assert(
      fc.property(situation, ({ window, maxHours, all, committed }) => {
        const keys = new Set(committed.map(manifestKey));
        for (let run = 0; run <= all.length; run += 1) {
          const { steps } = planExport(window, DATASETS, keys, maxHours);
          if (steps.length === 0) break;
          for (const step of steps) keys.add(manifestKey(step));
        }
        expect(keys).toEqual(new Set(all.map(manifestKey)));
        expect(planExport(window, DATASETS, keys, maxHours)).toMatchObject({
          steps: [],
          postponedHours: 0,
          committed: all.length,
        });
      }),
    );
  });
});

describe("hours that fail each time", () => {
  test("do not keep others from being tried, nor from being tried again: every good hour is exported in time", () => {
    fc.assert(
      fc.property(situation, fc.context(), ({ window, maxHours, all, committed, failed }, context) => {
        const [manifests, tried] = [new Set<string>(), new Map<string, number>()];
        const alwaysFails = new Set(failed.map(manifestKey));
        const failsOnce = new Set(committed.map(manifestKey));
        // Each hour once, then each that failed once more.
        const runs = 2 * Math.ceil(all.length / DATASETS.length / maxHours) + 1;
        for (let run = 1; run <= runs; run += 1) {
          const { steps } = planExport(window, DATASETS, manifests, maxHours, { tried });
          context.log(steps.map(manifestKey).join(" "));
          for (const step of steps) {
            const key = manifestKey(step);
            if (alwaysFails.has(key) || failsOnce.delete(key)) tried.set(failureKey(step), run);
            else manifests.add(key);
          }
        }
        expect(manifests.size).toBe(all.length - failed.length);
      }),
    );
  });

  test("as each hour brings a new one: 30 old ones do not keep one that failed once from its turn", () => {
    const [manifests, tried] = [new Set<string>(), new Map<string, number>()];
    const once = TEN + 40 * SECONDS_PER_HOUR;
    const step = (hour: number) => ({ dataset: "allocation", hour });
    for (let index = 0; index < 50; index += 1)
      manifests.add(manifestKey(step(TEN + index * SECONDS_PER_HOUR)));
    for (let index = 0; index < 30; index += 1) {
      manifests.delete(manifestKey(step(TEN + index * SECONDS_PER_HOUR)));
      tried.set(failureKey(step(TEN + index * SECONDS_PER_HOUR)), 1);
    }
    manifests.delete(manifestKey(step(once)));
    tried.set(failureKey(step(once)), 2);
    for (let run = 3; run < 5; run += 1) {
      const window = { from: TEN, until: TEN + (48 + run) * SECONDS_PER_HOUR };
      for (const each of planExport(window, ["allocation"], manifests, 24, { tried }).steps) {
        if (each.hour < TEN + 30 * SECONDS_PER_HOUR) tried.set(failureKey(each), run);
        else manifests.add(manifestKey(each));
      }
    }
    expect(manifests.has(manifestKey(step(once)))).toBe(true);
  });
});

describe("what needs no source", () => {
  const window = { from: TEN, until: TEN + 3 * SECONDS_PER_HOUR };
  const reachableFrom = TEN + 2 * SECONDS_PER_HOUR;

  test("is planned before the oldest hour that the source has; what needs one is out of reach", () => {
    const needsNoSource = ({ dataset, hour: at }: { dataset: string; hour: number }): boolean =>
      dataset === "focus" && at === TEN;
    const plan = planExport(window, ["allocation", "focus"], new Set(), 24, { reachableFrom, needsNoSource });
    expect(plan.steps.map(({ dataset, hour: at }) => [dataset, (at - TEN) / SECONDS_PER_HOUR])).toEqual([
      ["allocation", 2],
      ["focus", 2],
      ["focus", 0],
    ]);
    expect(plan.outOfReach).toEqual({ from: TEN, until: reachableFrom, hours: 2 });
  });
});

/** Records of failures that do not say when. */
function neverTold(steps: readonly { dataset: string; hour: number }[]): Map<string, number> {
  return new Map(steps.map((step) => [failureKey(step), 0]));
}

describe("keys", () => {
  test("data and manifest keys read back, and neither is taken for the other", () => {
    fc.assert(
      fc.property(
        hour,
        fc.constantFrom(...DATASETS),
        fc.integer({ min: 1, max: 99 }),
        (at, dataset, version) => {
          const step = { dataset, hour: at };
          expect(parseManifestKey(manifestKey(step))).toEqual(step);
          expect(parseDataKey(dataKey(step, version))).toEqual({ ...step, version });
          expect(parseDataKey(manifestKey(step))).toBeUndefined();
          expect(parseManifestKey(dataKey(step, version))).toBeUndefined();
        },
      ),
    );
  });
});

test("a window is described with its length", () => {
  expect(describeWindow({ from: TEN, until: TEN + 3600 })).toBe(
    "2026-11-22T10:00:00Z to 2026-11-22T11:00:00Z (1 hour)",
  );
});
