import { SECONDS_PER_HOUR, type Hour } from "../../../contract/hours.ts";
import { formatInstant } from "../format.ts";
import { html, type Markup } from "../html.ts";
import { at, drawFrame, makeFrame, type Frame } from "./frame.ts";

export interface HourPoint {
  readonly hour: Hour;
  readonly upper: number;
  readonly lower: number;
}

/** An amount that is paid for (`upper`) and the part of it that is used (`lower`), by hour. */
export interface StepLines {
  readonly title: string;
  readonly upperName: string;
  readonly lowerName: string;
  readonly from: Hour;
  readonly until: Hour;
  readonly points: readonly HourPoint[];
  readonly formatValue: (value: number) => string;
}

/** Two lines that step from hour to hour, with the area under the lower one filled; a missing hour breaks both. */
export function stepLines(chart: StepLines): Markup {
  return html`${draw(chart, "wide", { width: 510, height: 240 })}${draw(chart, "narrow", { width: 400, height: 230 })}`;
}

function draw(chart: StepLines, variant: "wide" | "narrow", size: { width: number; height: number }): Markup {
  const highest = Math.max(0, ...chart.points.map((point) => Math.max(point.upper, point.lower)));
  const frame = makeFrame(size, chart.from, chart.until, highest);
  const runs = unbroken(chart.points);
  const content = runs.map(
    (run) =>
      html`<path class="used-area" d="${area(frame, run)}" />
        <path class="used-line" d="${line(frame, run, (point) => point.lower)}" />
        <path class="requested-line" d="${line(frame, run, (point) => point.upper)}" />
        ${run.map((point) => hover(chart, frame, point))}`,
  );
  return drawFrame(frame, chart.title, variant, formatTick, content);
}

function unbroken(points: readonly HourPoint[]): HourPoint[][] {
  const runs: HourPoint[][] = [];
  for (const point of points) {
    const run = runs.at(-1);
    if (run && run.at(-1)?.hour === point.hour - SECONDS_PER_HOUR) run.push(point);
    else runs.push([point]);
  }
  return runs;
}

function line(frame: Frame, run: readonly HourPoint[], value: (point: HourPoint) => number): string {
  const corners = run.flatMap((point) => {
    const y = at(frame.y(value(point)));
    return [`${at(frame.x(point.hour))} ${y}`, `${at(frame.x(point.hour + SECONDS_PER_HOUR))} ${y}`];
  });
  return `M${corners.join("L")}`;
}

function area(frame: Frame, run: readonly HourPoint[]): string {
  const first = run[0]?.hour ?? frame.from;
  const end = (run.at(-1)?.hour ?? frame.from) + SECONDS_PER_HOUR;
  const { bottom } = frame.plot;
  return `${line(frame, run, (point) => point.lower)}L${at(frame.x(end))} ${bottom}L${at(frame.x(first))} ${bottom}Z`;
}

function hover(chart: StepLines, frame: Frame, point: HourPoint): Markup {
  const x = at(frame.x(point.hour));
  const width = at(frame.x(point.hour + SECONDS_PER_HOUR) - frame.x(point.hour));
  const { top, bottom } = frame.plot;
  const words = `${formatInstant(point.hour)} UTC · ${chart.upperName} ${chart.formatValue(point.upper)} · ${chart.lowerName} ${chart.formatValue(point.lower)}`;
  return html`<rect class="hover" x="${x}" y="${top}" width="${width}" height="${bottom - top}">
    <title>${words}</title>
  </rect>`;
}

/** `2`, not `2.00`. */
function formatTick(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 3 });
}
