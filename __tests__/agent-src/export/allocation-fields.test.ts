import { describe, expect, test } from "@jest/globals";
import { fieldReader, stableJson } from "../../../agent-src/export/allocation-fields.ts";
import type { Column } from "../../../contract/datasets/column.ts";

function column(type: Column["type"], field: string, unit?: string): Column {
  const source = { from: "opencost", field } as const;
  return { name: "x", type, ...(unit ? { unit } : {}), nullable: true, source, meaning: "" };
}

describe("reading an OpenCost field", () => {
  test("follows a dotted path and stops at null", () => {
    const read = fieldReader(column("string", "properties.node"));
    expect(read({ properties: { node: "n1" } })).toBe("n1");
    expect(read({ properties: null })).toBeNull();
    expect(read({})).toBeNull();
  });

  test("takes an empty text for none", () => {
    expect(fieldReader(column("string", "a"))({ a: "" })).toBeNull();
  });

  test("reads instants as milliseconds", () => {
    expect(fieldReader(column("timestamp", "start"))({ start: "2026-11-22T10:20:00Z" })).toBe(1795342800000);
  });

  test.each([
    ["double", "1.5", 'OpenCost\'s "a" is "1.5", expected double'],
    ["string", 1, 'OpenCost\'s "a" is 1, expected string'],
    ["boolean", "true", 'OpenCost\'s "a" is "true", expected boolean'],
    ["timestamp", "soon", 'OpenCost\'s "a" is "soon", expected timestamp'],
    ["int64", 1.5, 'OpenCost\'s "a" is 1.5, expected int64'],
  ] as const)("refuses a %s that is %p", (type, value, message) => {
    expect(() => fieldReader(column(type, "a"))({ a: value })).toThrow(message);
  });

  test("keeps a JSON column as text with sorted keys, and an empty one as null", () => {
    const read = fieldReader(column("string", "a", "JSON"));
    expect(read({ a: { b: 1, a: { d: [2, { y: 0, x: 0 }], c: null } } })).toBe(
      '{"a":{"c":null,"d":[2,{"x":0,"y":0}]},"b":1}',
    );
    expect(read({ a: {} })).toBeNull();
    expect(read({ a: [] })).toBeNull();
    expect(read({ a: null })).toBeNull();
  });
});

test("equal values are equal JSON, whatever the order of their keys", () => {
  expect(stableJson({ b: 1, a: 2 })).toBe(stableJson({ a: 2, b: 1 }));
});
