import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  createSampleReader,
  createSeriesReader,
} from "../../../../agent-src/adapters/prometheus/scan-series.ts";
import { createElementScanner } from "../../../../agent-src/export/json-elements.ts";
import type { ElementReader } from "../../../../agent-src/export/json-look-ahead.ts";

const encoder = new TextEncoder();

function cut(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...places, bytes.length].map((place, index) => bytes.subarray(places[index - 1] ?? 0, place));
}

/** What was read; `fast`: how many of them straight from the bytes. */
interface Read {
  readonly elements: readonly unknown[];
  readonly frame: unknown;
  readonly fast: number;
  readonly histograms: number;
}

function read<T>(
  create: (onHistogram: () => void) => ElementReader<T>,
  text: string,
  cuts: readonly number[],
): Read {
  let [fast, histograms] = [0, 0];
  const reader = create(() => histograms++);
  const scanner = createElementScanner<T>(
    {},
    {
      fromJson: (value, container) => reader.fromJson(value, container),
      fromBytes(bytes, at) {
        const element = reader.fromBytes?.(bytes, at) ?? "unusual";
        if (typeof element !== "string") fast++;
        return element;
      },
    },
  );
  const elements: unknown[] = cut(encoder.encode(text), cuts).flatMap((piece) => scanner.push(piece));
  elements.push(...scanner.flush());
  return { elements, frame: scanner.end(), fast, histograms };
}

/** The same, all of it through JSON. */
function careful<T>(create: (onHistogram: () => void) => ElementReader<T>, text: string): unknown[] {
  const reader = create(() => {});
  const { data } = JSON.parse(text) as { data: { result: unknown[] } };
  return data.result.map((element) => reader.fromJson(element, 0)).filter((value) => value !== undefined);
}

// What looks like the end of labels, of values or of an element, and what is escaped in JSON.
const LOOK_ALIKES = [
  "}",
  '},"values":[',
  '},"metric":{',
  "]]}",
  '"',
  "\\",
  "\n",
  "é",
  "日本",
  "😀",
  "{",
  "[1,",
];
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.array(fc.constantFrom(...LOOK_ALIKES), { maxLength: 4 }).map((parts) => parts.join("")),
);
const labels = fc.dictionary(fc.oneof(fc.constantFrom("__name__", "pod"), text), text, { maxKeys: 5 });
const time = fc.oneof(
  fc.integer({ min: 0, max: 4e9 }),
  fc.integer({ min: 0, max: 4e12 }).map((milliseconds) => milliseconds / 1000),
);
const value = fc.oneof(
  fc.constantFrom("NaN", "+Inf", "-Inf", "-0", "0", "1e-07", "4.5e+22", "1.7976931348623157e+308"),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer().map(String),
);
const pair = fc.tuple(time, value);
const cuts = fc.array(fc.nat(), { maxLength: 30 });
const space = fc.constantFrom(undefined, undefined, undefined, 1, "\t");
const more = fc.constantFrom(
  {},
  {},
  {},
  { histograms: [[1, { count: "1", buckets: [[0, "1", "2", "3"]] }]] },
);

function answer(resultType: string, result: readonly unknown[], indent?: string | number): string {
  const warnings = ['],"metric":{'];
  return JSON.stringify({ status: "success", data: { resultType, result }, warnings }, null, indent);
}

describe("series read from bytes", () => {
  test("are those that are read as JSON, however the text is written and cut", () => {
    const series = fc.record({ metric: labels, values: fc.array(pair, { maxLength: 8 }), more });
    const flat = series.map(({ metric, values, more: rest }) => ({ metric, values, ...rest }));
    let fast = 0;
    fc.assert(
      fc.property(fc.array(flat, { maxLength: 6 }), space, cuts, (result, indent, places) => {
        const body = answer("matrix", result, indent);
        const found = read(createSeriesReader, body, places);
        expect(found.elements).toEqual(careful(createSeriesReader, body));
        expect(found.frame).toMatchObject({ status: "success", data: { resultType: "matrix", result: [] } });
        fast += found.fast;
      }),
      { numRuns: 300 },
    );
    expect(fast).toBeGreaterThan(200);
  });

  test("of a vector are those that are read as JSON, too", () => {
    const series = fc.record({ metric: labels, value: pair });
    let fast = 0;
    fc.assert(
      fc.property(fc.array(series, { maxLength: 6 }), space, cuts, (result, indent, places) => {
        const body = answer("vector", result, indent);
        const found = read(createSampleReader, body, places);
        expect(found.elements).toEqual(careful(createSampleReader, body));
        fast += found.fast;
      }),
      { numRuns: 300 },
    );
    expect(fast).toBeGreaterThan(200);
  });

  test("survive a cut at every byte", () => {
    const body = answer("matrix", [
      { metric: { a: 'x},"values":[[', b: "\\" }, values: [[1.5, "0.25"], [2, "NaN"]] }, // prettier-ignore
      { metric: { ü: "😀" }, values: [[3, "1e-7"]] },
    ]);
    const whole = read(createSeriesReader, body, []);
    expect(whole.fast).toBe(2);
    const { length } = encoder.encode(body);
    for (let place = 0; place <= length; place++) {
      expect(read(createSeriesReader, body, [place]).elements).toEqual(whole.elements);
    }
    const each = Array.from({ length }, (_, place) => place);
    expect(read(createSeriesReader, body, each).elements).toEqual(whole.elements);
  });

  test("may be longer than the memory that they share, and keep what they hold", () => {
    const lengths = [10_000, 10_000, 40_000, 3];
    const result = lengths.map((length, index) => ({
      metric: { index: String(index) },
      values: Array.from({ length }, (_, at) => [at / 8, String(at * 1000 + index)]),
    }));
    const found = read(createSeriesReader, answer("matrix", result), []);
    expect(found.fast).toBe(4);
    expect(found.elements).toEqual(careful(createSeriesReader, answer("matrix", result)));
  });

  test("of an answer whose series are written otherwise are all read as JSON", () => {
    const result = Array.from({ length: 40 }, (_, index) => ({
      values: [[1, "2"]],
      metric: { a: `${index}` },
    }));
    const found = read(createSeriesReader, answer("matrix", result), []);
    expect([found.elements.length, found.fast]).toEqual([40, 0]);
  });

  test("of native histograms are counted", () => {
    const result = Array.from({ length: 20 }, () => ({
      metric: { a: "b" },
      histograms: [[1, { sum: "1" }]],
    }));
    const found = read(
      createSeriesReader,
      answer("matrix", [...result, { metric: {}, values: [[1, "1"]] }]),
      [500],
    );
    expect([found.elements.length, found.histograms]).toEqual([1, 20]);
  });

  test.each([
    ['{"metric":{"a":"b"},"values":[[1,"x"]]}', /sample value "x" is not a number/],
    ['{"metric":{"a":"b"},"values":[[1,""]]}', /sample value "" is not a number/],
    ['{"metric":{"a":"b"},"values":[[1,2]]}', /sample value 2 is not a number/],
    ['{"metric":{"a":"b"},"values":[1]}', /not a pair/],
    ['{"metric":{"a":"b"}}', /no series where "metric" and "values" were expected/],
    ['{"metric":{"a":b},"values":[[1,"2"]]}', /An element of the answer is not JSON/],
  ])("are refused as JSON is: %s", (element, message) => {
    const body = `{"status":"success","data":{"resultType":"matrix","result":[${element}]}}`;
    expect(() => read(createSeriesReader, body, [])).toThrow(message);
  });

  test("are refused when they are no UTF-8", () => {
    const scanner = createElementScanner(
      {},
      createSeriesReader(() => {}),
    );
    const bytes = encoder.encode('{"data":{"result":[{"metric":{"a":"x"},"values":[[1,"2"]]}]}}');
    bytes[bytes.indexOf(0x78)] = 0xff;
    expect(() => scanner.push(bytes)).toThrow(/encoded data was not valid/);
  });

  test("are refused when one is larger than an element may be", () => {
    const values = Array.from({ length: 100 }, (_, at) => [at, "1"]);
    const scanner = createElementScanner(
      { maxElementBytes: 500 },
      createSeriesReader(() => {}),
    );
    expect(() => scanner.push(encoder.encode(answer("matrix", [{ metric: {}, values }])))).toThrow(
      "One element of the JSON answer is larger than 500 bytes",
    );
  });
});
