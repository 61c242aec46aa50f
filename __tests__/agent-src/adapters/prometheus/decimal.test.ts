import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { DecimalReader } from "../../../../agent-src/adapters/prometheus/decimal.ts";

const encoder = new TextEncoder();

/** Reads the number at the beginning of `text`, and what follows it. */
function read(text: string): { value: number; rest: string } {
  const reader = new DecimalReader();
  // In the middle of other memory, as a chunk of a body is.
  const bytes = encoder.encode(`77${text}`).subarray(2);
  reader.open(bytes);
  const value = reader.read();
  return { value, rest: text.slice(reader.at) };
}

/** Whole and fraction of up to 10 digits each, as they come. */
const digits = fc.array(fc.nat(9), { minLength: 1, maxLength: 10 }).map((list) => list.join(""));
const decimal = fc
  .tuple(fc.constantFrom("", "-"), digits, fc.option(digits))
  .map(([sign, whole, fraction]) => `${sign}${whole}${fraction === null ? "" : `.${fraction}`}`);

describe("a decimal read from bytes", () => {
  test("is the number that JavaScript reads from its text", () => {
    fc.assert(
      fc.property(decimal, (text) => {
        const { value, rest } = read(`${text}"]`);
        expect([value, rest]).toEqual([Number.isNaN(value) ? value : Number(text), '"]']);
      }),
      { numRuns: 4_000 },
    );
  });

  test("is, for every double that Prometheus writes without an exponent, that double", () => {
    const written = fc
      .double({ noNaN: true, noDefaultInfinity: true, min: -1e20, max: 1e20 })
      .filter((value) => !String(value).includes("e"));
    fc.assert(
      fc.property(written, (value) => {
        const text = Object.is(value, -0) ? "-0" : String(value);
        const { value: found } = read(`${text}"`);
        if (!Number.isNaN(found)) expect(found).toBe(value);
      }),
      { numRuns: 4_000 },
    );
  });

  test.each([
    ["0", 0],
    ["-0", -0],
    ["0.0001", 0.0001],
    ["1795347029.123", 1795347029.123],
    ["0.30000000000000004", 0.1 + 0.2],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
    ["9007199254740994", 9007199254740994],
    ["18446744073709552000", 2 ** 64],
    ["1234567.12345678901", 1234567.12345678901],
  ])("%s is read, whatever it costs", (text, value) => {
    expect(read(`${text}"`).value).toBe(value);
    expect(read(text).value).toBe(value);
  });

  test.each([
    [""],
    ["-"],
    ["."],
    [".5"],
    ["1."],
    ["NaN"],
    ["+Inf"],
    ["x"],
    ["123456789012345678901"],
    ["0.00000000000000000000001"],
    // In the middle of two doubles.
    ["9007199254740993"],
  ])("%p is not read", (text) => {
    expect(read(`${text}"`).value).toBeNaN();
  });

  test("ends before an exponent, which is not its own", () => {
    expect(read('1.5e-7"')).toEqual({ value: 1.5, rest: 'e-7"' });
  });
});
