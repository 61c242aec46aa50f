import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { DATASETS } from "../../contract/datasets/index.ts";
import { hourOf } from "../../contract/hours.ts";
import {
  clusterPrefix,
  CONTROL_PREFIX,
  dataKey,
  dataPrefix,
  DEFAULT_KEY_PREFIX,
  failureKey,
  manifestDayPrefix,
  manifestKey,
  MANIFESTS_PREFIX,
  parseDataKey,
  parseManifestKey,
  RECONCILE_REPORT_KEY,
} from "../../contract/object-keys.ts";
import { anyCluster, PROD } from "../support/clusters.ts";

const HOUR = Date.parse("2026-11-22T09:00:00Z") / 1000;
const AT = { dataset: "allocation", hour: HOUR };

const anyHour = fc.integer({ min: 0, max: 4_102_444_800 }).map(hourOf);
const anyDatasetHour = fc.record({
  dataset: fc.constantFrom(...DATASETS.map(({ name }) => name)),
  hour: anyHour,
});

describe("clusterPrefix", () => {
  test("puts the cluster first, below the deployment's prefix", () => {
    expect(clusterPrefix(DEFAULT_KEY_PREFIX, PROD)).toBe(
      "container-insights/cluster=123456789012.eu-west-1.prod",
    );
    expect(clusterPrefix("", PROD)).toBe("cluster=123456789012.eu-west-1.prod");
  });

  test("begins with what all data begins with, and the reconciler's objects do not", () => {
    for (const keyPrefix of [DEFAULT_KEY_PREFIX, "", "a/b"]) {
      expect(clusterPrefix(keyPrefix, PROD).startsWith(dataPrefix(keyPrefix))).toBe(true);
      expect(RECONCILE_REPORT_KEY.startsWith(dataPrefix(keyPrefix))).toBe(false);
    }
  });

  test("of one cluster is never at the start of another's, so that a writer's prefix is its own", () => {
    const pair = fc.tuple(anyCluster, anyCluster).filter(([a, b]) => a.arn !== b.arn);
    fc.assert(
      fc.property(pair, ([a, b]) => {
        expect(
          `${clusterPrefix(DEFAULT_KEY_PREFIX, a)}/`.startsWith(`${clusterPrefix(DEFAULT_KEY_PREFIX, b)}/`),
        ).toBe(false);
      }),
    );
  });
});

describe("keys", () => {
  test("have the documented form", () => {
    expect(dataKey(AT, 1)).toBe("dataset=allocation/v=1/date=2026-11-22/09.parquet");
    expect(manifestKey(AT)).toBe("_manifests/date=2026-11-22/09/allocation.json");
    expect(failureKey(AT)).toBe("_status/failures/date=2026-11-22/09/allocation.json");
    expect(manifestDayPrefix(HOUR)).toBe("_manifests/date=2026-11-22/");
    expect(RECONCILE_REPORT_KEY.startsWith(CONTROL_PREFIX)).toBe(true);
  });

  test("read back as what they were made from", () => {
    fc.assert(
      fc.property(anyDatasetHour, fc.integer({ min: 1, max: 99 }), (at, version) => {
        expect(parseDataKey(dataKey(at, version))).toEqual({ ...at, version });
        expect(parseManifestKey(manifestKey(at))).toEqual(at);
        expect(manifestKey(at).startsWith(manifestDayPrefix(at.hour))).toBe(true);
        expect(manifestDayPrefix(at.hour).startsWith(MANIFESTS_PREFIX)).toBe(true);
      }),
    );
  });

  test.each([
    "",
    "dataset=allocation/v=1/date=2026-11-22/9.parquet",
    "dataset=allocation/v=1/date=2026-11-22/24.parquet",
    "dataset=allocation/v=1/date=2026-02-30/09.parquet",
    "dataset=allocation/v=x/date=2026-11-22/09.parquet",
    "dataset=Allocation/v=1/date=2026-11-22/09.parquet",
    "x/dataset=allocation/v=1/date=2026-11-22/09.parquet",
    "dataset=allocation/v=1/date=2026-11-22/09.parquet.tmp",
  ])('"%s" is not a data key', (key) => {
    expect(parseDataKey(key)).toBeUndefined();
  });

  test.each([
    "",
    "_manifests/date=2026-11-22/allocation.json",
    "_manifests/date=2026-13-01/09/allocation.json",
    "_manifests/date=2026-11-22/60/allocation.json",
    "_manifests/date=2026-11-22/09/allocation.json~",
    "_status/failures/date=2026-11-22/09/allocation.json",
  ])('"%s" is not a manifest key', (key) => {
    expect(parseManifestKey(key)).toBeUndefined();
  });
});
