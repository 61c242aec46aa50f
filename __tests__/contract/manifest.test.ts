import { describe, expect, test } from "@jest/globals";
import { parseManifest, parseManifestAt, serializeManifest, type Manifest } from "../../contract/manifest.ts";
import { PROD } from "../support/clusters.ts";

const HOUR = Date.parse("2026-11-22T09:00:00Z") / 1000;

const MANIFEST: Manifest = {
  format: 1,
  clusterArn: PROD.arn,
  dataset: "allocation",
  schema: "container-insights/allocation/v1",
  hourStart: HOUR,
  hourEnd: HOUR + 3600,
  rows: 2,
  object: {
    key: "dataset=allocation/v=1/date=2026-11-22/09.parquet",
    bytes: 4096,
    etag: '"9b2cf535f27731c974343645a3985328"',
    sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  },
  totals: { total_cost: 1.5 },
  queries: { expected: 2, answered: 2 },
  sources: { prometheus: "2.53.3", opencost: "1.113.0" },
  writer: "container-insights/0.1.0",
  revision: 1,
  warnings: [],
  writtenAt: "2026-11-22T10:05:07.000Z",
};

const stored = (changes: Record<string, unknown>): string => JSON.stringify({ ...MANIFEST, ...changes });

describe("a manifest", () => {
  test("reads back as it was stored", () => {
    expect(parseManifest(serializeManifest(MANIFEST))).toEqual(MANIFEST);
    expect(serializeManifest(MANIFEST).endsWith("}\n")).toBe(true);
  });

  test("of an empty hour has no object", () => {
    const { object: _object, ...rest } = MANIFEST;
    expect(parseManifest(JSON.stringify({ ...rest, rows: 0 })).object).toBeUndefined();
    expect(() => parseManifest(JSON.stringify(rest))).toThrow("manifest has 2 rows but no object");
  });

  test("of data that is not a measurement says what it is", () => {
    expect(parseManifest(stored({ simulated: "demo" })).simulated).toBe("demo");
  });

  test("from a newer writer, with fields of its own, is read", () => {
    expect(parseManifest(stored({ encoder: "run-aware" })).rows).toBe(2);
  });

  test.each([
    ["format", 2],
    ["clusterArn", ""],
    ["dataset", null],
    ["schema", 1],
    ["hourStart", "2026-11-22"],
    ["hourEnd", 1.5],
    ["rows", -1],
    ["object", null],
    ["object", []],
    ["object", { ...MANIFEST.object, key: "" }],
    ["object", { ...MANIFEST.object, bytes: "4096" }],
    ["object", { ...MANIFEST.object, etag: undefined }],
    ["object", { ...MANIFEST.object, sha256: "E3B0" }],
    ["totals", { total_cost: null }],
    ["totals", []],
    ["queries", { expected: 2 }],
    ["queries", "2"],
    ["sources", { prometheus: 2 }],
    ["sources", null],
    ["writer", undefined],
    ["revision", 0],
    ["warnings", [1]],
    ["warnings", "none"],
    ["simulated", ""],
    ["writtenAt", 0],
  ])('with a wrong "%s" (%j) is refused by that name', (field, value) => {
    expect(() => parseManifest(stored({ [field]: value }))).toThrow(
      `manifest field "${field}" is missing or wrong`,
    );
  });

  test.each(["[]", "null", '"text"'])("that is %s is refused", (text) => {
    expect(() => parseManifest(text)).toThrow("manifest is not an object");
  });

  test("that was cut short is refused", () => {
    expect(() => parseManifest(serializeManifest(MANIFEST).slice(0, 100))).toThrow("manifest is not JSON");
  });
});

describe("a manifest held against its place", () => {
  const place = { dataset: "allocation", hour: HOUR };
  const segment = `cluster=${PROD.account}.${PROD.region}.${PROD.name}`;

  test("is read where it belongs, whatever of the place is known", () => {
    expect(parseManifestAt(stored({}), place)).toEqual(MANIFEST);
    const whole = { ...place, version: 1, clusterArn: PROD.arn, clusterSegment: segment };
    expect(parseManifestAt(stored({}), whole)).toEqual(MANIFEST);
  });

  test("of an older version names that version's object", () => {
    const key = "dataset=allocation/v=2/date=2026-11-22/09.parquet";
    const two = stored({ schema: "container-insights/allocation/v2", object: { ...MANIFEST.object, key } });
    expect(parseManifestAt(two, place).object?.key).toBe(key);
    expect(() => parseManifestAt(two, { ...place, version: 1 })).toThrow(
      '"schema" is "container-insights/allocation/v2", expected "container-insights/allocation/v1"; "object.key" is',
    );
  });

  test.each([
    "../../x",
    "/etc/passwd",
    "dataset=allocation/v=1/date=2026-11-22/../../../../x",
    "dataset=allocation/v=1/date=2026-11-22/10.parquet",
    "dataset=container/v=1/date=2026-11-22/09.parquet",
    "dataset=allocation/v=2/date=2026-11-22/09.parquet",
    "cluster=999999999999.eu-west-1.other/dataset=allocation/v=1/date=2026-11-22/09.parquet",
  ])('that names the object "%s" is refused', (key) => {
    expect(() => parseManifestAt(stored({ object: { ...MANIFEST.object, key } }), place)).toThrow(
      `"object.key" is "${key}", expected "dataset=allocation/v=1/date=2026-11-22/09.parquet"`,
    );
  });

  test.each([
    ["dataset", { dataset: "container" }],
    ["hourStart", { hourStart: HOUR + 3600 }],
    ["hourEnd", { hourEnd: HOUR + 7200 }],
    ["schema", { schema: "container-insights/container/v1" }],
    ["schema", { schema: "container-insights/allocation/v01" }],
    ["schema", { schema: "somebody" }],
  ])('with the "%s" of another place is refused', (field, change) => {
    expect(() => parseManifestAt(stored(change), place)).toThrow(`"${field}" is `);
  });

  test("of another cluster is refused by the ARN and by the prefix", () => {
    const other = stored({ clusterArn: PROD.arn.replace(PROD.account, "999999999999") });
    expect(() => parseManifestAt(other, { ...place, clusterArn: PROD.arn })).toThrow('"clusterArn" is "arn:');
    expect(() => parseManifestAt(other, { ...place, clusterSegment: segment })).toThrow(
      `"clusterArn" is "cluster=999999999999.${PROD.region}.${PROD.name}", expected "${segment}"`,
    );
    expect(() => parseManifestAt(stored({ clusterArn: "prod" }), place)).toThrow("is not an EKS cluster ARN");
  });

  test("is refused in text that a terminal may show", () => {
    const key = "\u001b]0;x\u0007";
    expect(() => parseManifestAt(stored({ object: { ...MANIFEST.object, key } }), place)).toThrow(
      '"object.key" is "\\u001b]0;x\\u0007"',
    );
  });
});
