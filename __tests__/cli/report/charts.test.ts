import { describe, expect, test } from "@jest/globals";
import { hourTicks, valueTicks } from "../../../cli/report/charts/axis.ts";
import { stackedBars } from "../../../cli/report/charts/stacked-bars.ts";
import { stepLines } from "../../../cli/report/charts/step-lines.ts";

const NINE = Date.UTC(2026, 10, 22, 9) / 1000;
const HOUR = 3600;

describe("axes", () => {
  test.each([
    [0, [0, 1]],
    [85, [0, 25, 50, 75, 100]],
    [100, [0, 25, 50, 75, 100]],
    [0.03, [0, 0.01, 0.02, 0.03]],
    [569, [0, 200, 400, 600]],
  ])("of values up to %p have round ticks", (highest, ticks) => {
    const found = valueTicks(highest);
    expect(found).toHaveLength(ticks.length);
    found.forEach((tick, index) => expect(tick).toBeCloseTo(ticks[index] ?? NaN, 12));
  });

  test("of a day label round hours of UTC", () => {
    const ticks = hourTicks(NINE, NINE + 24 * HOUR, 8);
    expect(ticks.map((tick) => new Date(tick * 1000).getUTCHours())).toEqual([9, 12, 15, 18, 21, 0, 3, 6]);
  });

  test("of a week label days", () => {
    const ticks = hourTicks(NINE, NINE + 7 * 24 * HOUR, 8);
    expect(ticks).toHaveLength(7);
    for (const tick of ticks) expect(tick % (24 * HOUR)).toBe(0);
  });
});

function heights(svg: string, style: string): number[] {
  const wide = svg.slice(0, svg.indexOf("</svg>"));
  return [...wide.matchAll(new RegExp(`class="${style}"[^>]*?height="([\\d.]+)"`, "gs"))].map(([, height]) =>
    Number(height),
  );
}

describe("stacked bars", () => {
  const chart = {
    title: "Cost <per hour>",
    from: NINE,
    until: NINE + 3 * HOUR,
    missing: new Set([NINE + HOUR]),
    formatValue: (value: number) => `$${value}`,
    formatTick: (value: number) => `$${value}`,
    series: [
      {
        name: "a & b",
        style: "s1",
        values: new Map([
          [NINE, 30],
          [NINE + 2 * HOUR, 10],
        ]),
      },
      { name: "idle", style: "idle", values: new Map([[NINE, 70]]) },
    ],
  };
  const svg = stackedBars(chart).text;

  test("are as high as their values", () => {
    const [first = 0, second = 0] = heights(svg, "s1");
    expect(first / second).toBeCloseTo(3, 1);
    expect(heights(svg, "idle")[0]).toBeCloseTo((first * 70) / 30, 0);
    expect(heights(svg, "idle")).toHaveLength(1);
  });

  test("draw an hour without data as such, not as zero", () => {
    expect(heights(svg, "missing")).toHaveLength(1);
    expect(svg).toContain("22 Nov 2026, 10:00 UTC · no data");
  });

  test("tell each figure in words, escaped", () => {
    expect(svg).toContain("22 Nov 2026, 09:00 UTC · a &amp; b · $30 of $100");
    expect(svg).toContain('aria-label="Cost &lt;per hour&gt;"');
  });
});

describe("step lines", () => {
  test("break where an hour is missing", () => {
    const points = [0, 1, 3].map((index) => ({ hour: NINE + index * HOUR, upper: 4, lower: 2 }));
    const svg = stepLines({
      title: "CPU",
      upperName: "requested",
      lowerName: "used",
      from: NINE,
      until: NINE + 4 * HOUR,
      points,
      formatValue: String,
    }).text;
    const wide = svg.slice(0, svg.indexOf("</svg>"));
    expect(wide.match(/class="requested-line"/g)).toHaveLength(2);
    expect(wide).toContain("22 Nov 2026, 12:00 UTC · requested 4 · used 2");
  });
});
