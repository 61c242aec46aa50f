import { SECONDS_PER_HOUR, type Hour } from "../../../contract/hours.ts";
import { formatDay, formatTime } from "../format.ts";
import { html, type Content, type Markup } from "../html.ts";
import { hourTicks, valueTicks } from "./axis.ts";

/** Plot area of a chart over hours, in SVG user units. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly from: Hour;
  readonly until: Hour;
  /** Left edge of the instant. */
  x(instant: number): number;
  y(value: number): number;
  readonly ticks: readonly number[];
  readonly plot: {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  };
}

const LEFT = 56;
const RIGHT = 8;
const TOP = 12;
const BOTTOM = 40;

/** A frame that holds values from 0 to `highest`. */
export function makeFrame(
  size: { width: number; height: number },
  from: Hour,
  until: Hour,
  highest: number,
): Frame {
  const plot = { left: LEFT, right: size.width - RIGHT, top: TOP, bottom: size.height - BOTTOM };
  const ticks = valueTicks(highest);
  const top = ticks.at(-1) ?? 1;
  return {
    ...size,
    from,
    until,
    ticks,
    plot,
    x: (instant) => plot.left + ((instant - from) / (until - from)) * (plot.right - plot.left),
    y: (value) => plot.bottom - (value / top) * (plot.bottom - plot.top),
  };
}

/** Grid, axes and their labels, around the chart's own `content`. `title` is read out instead of the picture. */
export function drawFrame(
  frame: Frame,
  title: string,
  variant: "wide" | "narrow",
  formatValue: (value: number) => string,
  content: Content,
): Markup {
  const { plot } = frame;
  return html`<svg
    class="chart ${variant}"
    viewBox="0 0 ${frame.width} ${frame.height}"
    role="img"
    aria-label="${title}"
  >
    ${frame.ticks.map(
      (tick) =>
        html`<line
            class="grid"
            x1="${plot.left}"
            x2="${plot.right}"
            y1="${at(frame.y(tick))}"
            y2="${at(frame.y(tick))}"
          />
          <text class="tick" x="${plot.left - 8}" y="${at(frame.y(tick) + 4)}" text-anchor="end"
            >${formatValue(tick)}</text
          > `,
    )}${content}
    <line class="axis" x1="${plot.left}" x2="${plot.right}" y1="${plot.bottom}" y2="${plot.bottom}" />
    ${timeLabels(frame)}
  </svg> `;
}

/** A coordinate with one decimal: enough for a sharp picture, and the same text on every run. */
export function at(coordinate: number): number {
  return Math.round(coordinate * 10) / 10;
}

function timeLabels(frame: Frame): Markup[] {
  const most = Math.floor((frame.plot.right - frame.plot.left) / 64);
  let day = "";
  return hourTicks(frame.from, frame.until, most).map((tick) => {
    const dayNow = formatDay(tick);
    const label = dayNow === day ? undefined : dayNow;
    day = dayNow;
    const x = at(frame.x(tick));
    const wholeDays = frame.until - frame.from > 72 * SECONDS_PER_HOUR;
    return html`<line
        class="axis"
        x1="${x}"
        x2="${x}"
        y1="${frame.plot.bottom}"
        y2="${frame.plot.bottom + 4}"
      />
      <text class="tick" x="${x}" y="${frame.plot.bottom + 17}" text-anchor="middle"
        >${wholeDays && label ? label : formatTime(tick)}</text
      >
      ${label && !wholeDays ? html`<text class="tick day" x="${x}" y="${frame.plot.bottom + 33}" text-anchor="middle">${label}</text>` : undefined} `;
  });
}
