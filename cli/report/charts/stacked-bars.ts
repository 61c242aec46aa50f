import { SECONDS_PER_HOUR, type Hour } from "../../../contract/hours.ts";
import { formatInstant } from "../format.ts";
import { html, type Markup } from "../html.ts";
import { at, drawFrame, makeFrame, type Frame } from "./frame.ts";

/** One colour of the stack. `style` is a class of the page's style sheet. */
export interface Series {
  readonly name: string;
  readonly style: string;
  readonly values: ReadonlyMap<Hour, number>;
}

export interface StackedBars {
  readonly title: string;
  readonly from: Hour;
  readonly until: Hour;
  /** Lowest of the stack first. */
  readonly series: readonly Series[];
  /** Hours without data, drawn as such. */
  readonly missing: ReadonlySet<Hour>;
  readonly formatValue: (value: number) => string;
  readonly formatTick: (value: number) => string;
}

/** One bar per hour, in a wide drawing and in one for small screens; the style sheet shows the one that fits. */
export function stackedBars(chart: StackedBars): Markup {
  return html`${drawBars(chart, "wide", { width: 1040, height: 340 })}${drawBars(chart, "narrow", { width: 400, height: 300 })}`;
}

function drawBars(
  chart: StackedBars,
  variant: "wide" | "narrow",
  size: { width: number; height: number },
): Markup {
  const hours = hoursOf(chart);
  const sums = hours.map((hour) =>
    chart.series.reduce((sum, series) => sum + Math.max(0, series.values.get(hour) ?? 0), 0),
  );
  const frame = makeFrame(size, chart.from, chart.until, Math.max(0, ...sums));
  return drawFrame(
    frame,
    chart.title,
    variant,
    chart.formatTick,
    hours.map((hour) => (chart.missing.has(hour) ? missingHour(frame, hour) : drawBar(chart, frame, hour))),
  );
}

function hoursOf(chart: StackedBars): Hour[] {
  const found = new Set(chart.missing);
  for (const series of chart.series) for (const hour of series.values.keys()) found.add(hour);
  return [...found].filter((hour) => hour >= chart.from && hour < chart.until).sort((a, b) => a - b);
}

function edges(frame: Frame, hour: Hour): { x: number; width: number } {
  const left = frame.x(hour);
  const slot = frame.x(hour + SECONDS_PER_HOUR) - left;
  const gap = Math.min(4, slot * 0.18);
  return { x: at(left + gap / 2), width: at(slot - gap) };
}

function drawBar(chart: StackedBars, frame: Frame, hour: Hour): Markup {
  const { x, width } = edges(frame, hour);
  let base = 0;
  const parts = chart.series.map((series) => {
    const value = Math.max(0, series.values.get(hour) ?? 0);
    const top = frame.y(base + value);
    const height = frame.y(base) - top;
    base += value;
    if (height < 0.05) return undefined;
    const words = `${formatInstant(hour)} UTC · ${series.name} · ${chart.formatValue(value)} of ${chart.formatValue(total(chart, hour))}`;
    return html`<rect class="${series.style}" x="${x}" y="${at(top)}" width="${width}" height="${at(height)}">
      <title>${words}</title>
    </rect>`;
  });
  return html`${parts}`;
}

function total(chart: StackedBars, hour: Hour): number {
  return chart.series.reduce((sum, series) => sum + Math.max(0, series.values.get(hour) ?? 0), 0);
}

function missingHour(frame: Frame, hour: Hour): Markup {
  const { x, width } = edges(frame, hour);
  const { top, bottom } = frame.plot;
  return html`<rect class="missing" x="${x}" y="${top}" width="${width}" height="${bottom - top}">
    <title>${formatInstant(hour)} UTC · no data</title>
  </rect>`;
}
