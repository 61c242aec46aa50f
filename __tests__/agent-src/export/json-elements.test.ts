import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  createElementScanner,
  scanElements,
  type JsonElement,
} from "../../../agent-src/export/json-elements.ts";

function cut(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const place of [...places, bytes.length]) {
    pieces.push(bytes.slice(from, place));
    from = place;
  }
  return pieces;
}

function scan(text: string, cuts: readonly number[]): { elements: JsonElement[]; frame: unknown } {
  const scanner = createElementScanner();
  const elements = cut(new TextEncoder().encode(text), cuts).flatMap((piece) => scanner.push(piece));
  return { elements, frame: scanner.end() };
}

const inner = fc.oneof(
  fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()),
  fc.array(fc.jsonValue()),
);
const space = fc.constantFrom(undefined, 1, "\t");
const cuts = fc.array(fc.nat(), { maxLength: 40 });

describe("scanning a JSON answer in pieces", () => {
  test("finds Prometheus' series and leaves the frame, however the bytes are cut", () => {
    const answers = fc.record({
      status: fc.string({ unit: "binary" }),
      data: fc.record({ resultType: fc.string(), result: fc.array(inner) }),
      warnings: fc.array(fc.string({ unit: "binary" })),
    });
    fc.assert(
      fc.property(answers, space, cuts, (answer, indent, places) => {
        const { elements, frame } = scan(JSON.stringify(answer, null, indent), places);
        const whole = JSON.parse(JSON.stringify(answer)) as typeof answer;
        expect(elements.map((element) => element.value)).toEqual(whole.data.result);
        expect(frame).toEqual({ ...whole, data: { ...whole.data, result: [] } });
      }),
    );
  });

  test("finds OpenCost's allocations and tells which set each was in", () => {
    const sets = fc.array(fc.dictionary(fc.string({ unit: "binary" }), inner));
    fc.assert(
      fc.property(sets, space, cuts, (data, indent, places) => {
        const { elements, frame } = scan(JSON.stringify({ code: 200, data }, null, indent), places);
        const whole = JSON.parse(JSON.stringify(data)) as typeof data;
        const expected = whole.flatMap((set, container) =>
          Object.values(set).map((value) => ({ container, value })),
        );
        expect(elements).toEqual(expected);
        expect(frame).toEqual({ code: 200, data: whole.map(() => ({})) });
      }),
    );
  });

  test("survives a cut at every single byte of an answer with escapes and wide characters", () => {
    const text = '{"data":[{"a\\"}":{"k":"\\\\","u":"\\u00e9 ü 😀 ]}"}}],"warnings":["\\"{"]}';
    const whole = scan(text, []);
    expect(whole.elements).toEqual([{ container: 0, value: { k: "\\", u: "é ü 😀 ]}" } }]);
    const length = new TextEncoder().encode(text).length;
    for (let place = 0; place <= length; place++) expect(scan(text, [place])).toEqual(whole);
  });

  test("drops scalars that lie directly in a container", () => {
    const { elements, frame } = scan('{"data":{"resultType":"scalar","result":[1795347029,"-Inf"]}}', []);
    expect(elements).toEqual([]);
    expect(frame).toEqual({ data: { resultType: "scalar", result: [] } });
  });

  test("refuses an answer that broke off, wherever it did", () => {
    const text = '{"status":"success","data":{"result":[{"metric":{"a":"b"}}]}}';
    for (let length = 1; length < text.length; length++) {
      expect(() => scan(text.slice(0, length), [])).toThrow(/broke off/);
    }
  });

  test("refuses what is not JSON", () => {
    expect(() => scan("<html>", [])).toThrow(/The frame of the answer is not JSON; it begins with "<html>"/);
    expect(() => scan("", [])).toThrow(/not JSON/);
    expect(() => scan('{"data":[{"a":{"b":}}]}', [])).toThrow(/An element of the answer is not JSON/);
    expect(() => scan('{"data":[{"a":{}]}]}', [])).toThrow(/not JSON/);
    expect(() => scan('{"data":[]}}', [])).toThrow(/not JSON/);
    expect(() => scan('{"a":1}\n{"b":2}', [])).toThrow(/not JSON/);
  });

  test("refuses bytes that are not UTF-8", () => {
    const scanner = createElementScanner();
    const bytes = new TextEncoder().encode('{"data":[{"a":{"b":"x"}}]}');
    bytes[bytes.indexOf(0x78)] = 0xff;
    expect(() => scanner.push(bytes)).toThrow();
  });

  test("refuses an element and a frame above their limits, before they are whole", () => {
    const small = createElementScanner({ maxElementBytes: 20 });
    expect(() => small.push(new TextEncoder().encode('{"data":[{"a":{"b":"0123456789012345678901'))).toThrow(
      "One element of the JSON answer is larger than 20 bytes",
    );
    const flat = createElementScanner({ maxFrameBytes: 20 });
    expect(() => flat.push(new TextEncoder().encode(`{"error":"${"x".repeat(30)}`))).toThrow(
      "The frame of the JSON answer is larger than 20 bytes",
    );
  });

  test("hands out elements while the body is still arriving", async () => {
    const encoder = new TextEncoder();
    let sent = 0;
    async function* body(): AsyncGenerator<Uint8Array> {
      for (const part of ['{"data":[{"a":{"n":1}', ',"b":{"n":2}', "}]}"]) {
        sent++;
        yield encoder.encode(part);
      }
    }
    const stream = scanElements(body());
    const sentAt: number[] = [];
    for await (const _element of stream.elements) sentAt.push(sent);
    expect(sentAt).toEqual([1, 2]);
    expect(stream.frame()).toEqual({ data: [{}] });
  });

  test("knows no frame before the end", () => {
    async function* body(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array();
    }
    expect(() => scanElements(body()).frame()).toThrow(/only after the last element/);
  });
});
