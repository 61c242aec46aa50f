import { formatCount, formatRoundMoney } from "../format.ts";
import { html, type Markup } from "../html.ts";
import { HOURS_PER_MONTH, type ReportData } from "../report-data.ts";

/** Money of the window as money of a month, by the factor that makes the whole cost the run-rate: parts add up to it. */
export function perMonth(data: ReportData, amount: number): number {
  const { totalCost, monthlyRunRate } = data.headline;
  return totalCost > 0
    ? amount * (monthlyRunRate / totalCost)
    : (amount / Math.max(1, coveredHours(data))) * HOURS_PER_MONTH;
}

/** Money of the window, written as money of a month. */
export function monthly(data: ReportData, amount: number): string {
  return formatRoundMoney(perMonth(data, amount), data.currency);
}

/** How many hours of the window have costs. */
export function coveredHours(data: ReportData): number {
  return new Set(data.hourly.map((row) => row.hour)).size;
}

/** The window as a header says it: `24 hours`. */
export function windowName(data: ReportData): string {
  return formatCount(coveredHours(data), "hour");
}

/** The second line of a header of money in the window. */
export function inWindow(data: ReportData): Markup {
  return html`<br />in ${windowName(data)}`;
}

/** The second line of a header of money a month. */
export const A_MONTH = html`<br />a month`;
