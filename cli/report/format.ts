import { isoSeconds, type Hour } from "../../contract/hours.ts";

/** What is shown where there is no figure. */
export const NO_FIGURE = "–";

const MINUS = "−";
// A line must not end between a figure and its sign.
const SPACE = "\u00a0";

/** Money with the currency's sign: two decimals, none from ten thousand; `< $0.01` for less than a cent. `currency` is an ISO code. */
export function formatMoney(amount: number, currency: string): string {
  const size = Math.abs(amount);
  if (size > 0 && size < 0.01)
    return amount > 0 ? `< ${signed(0.01, 2, currency)}` : `> ${signed(-0.01, 2, currency)}`;
  return signed(amount, size >= 10_000 ? 0 : 2, currency);
}

/** Money for a headline: no decimals from a hundred. */
export function formatRoundMoney(amount: number, currency: string): string {
  return Math.abs(amount) < 100 ? formatMoney(amount, currency) : signed(amount, 0, currency);
}

/** Money on an axis, with the decimals it has: `$25`, `$0.5`, `$0.002`. */
export function formatTickMoney(amount: number, currency: string): string {
  const decimals = [0, 1, 2, 3, 4, 5].find(
    (count) => Math.abs(Number(amount.toFixed(count)) - amount) <= Math.abs(amount) * 1e-9,
  );
  return signed(amount, decimals ?? 6, currency);
}

function signed(amount: number, decimals: number, currency: string): string {
  const figure = formatNumber(Math.abs(amount), decimals);
  const sign = amount < 0 ? MINUS : "";
  const symbol = currencySymbol(currency);
  return symbol ? `${sign}${symbol}${figure}` : `${sign}${figure} ${currency}`;
}

/** A share from 0 to 1 as percent; one decimal below ten percent. */
export function formatShare(share: number | undefined): string {
  if (share === undefined || !Number.isFinite(share)) return NO_FIGURE;
  const percent = share * 100;
  if (percent > 0 && percent < 0.05) return `< 0.1${SPACE}%`;
  if (percent > 99.95 && percent < 100) return `> 99.9${SPACE}%`;
  const whole = Math.abs(percent) >= 10 && (percent < 99 || percent >= 100);
  return `${formatNumber(percent, whole || percent === 0 ? 0 : 1)}${SPACE}%`;
}

/** A count or an amount with thousands separators. */
export function formatNumber(value: number, decimals = 0): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** An amount to about three digits: `1,234`, `56.7`, `0.089`. */
export function formatAmount(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return "0";
  return formatNumber(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3);
}

const BINARY_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** Bytes in binary units. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < BINARY_UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value >= 10 || unit === 0 ? formatNumber(value, 0) : formatNumber(value, 1)}${SPACE}${BINARY_UNITS[unit]}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;

/** `Mon 23 Nov` */
export function formatDay(hour: Hour): string {
  const date = new Date(hour * 1000);
  return `${WEEKDAYS[date.getUTCDay()]} ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}

/** `06:00` */
export function formatTime(hour: Hour): string {
  return isoSeconds(hour).slice(11, 16);
}

/** `23 Nov 2026, 06:00` */
export function formatInstant(epochSeconds: number): string {
  const date = new Date(epochSeconds * 1000);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}, ${formatTime(epochSeconds)}`;
}

/** `1 hour`, `2 hours`: the count and its noun. */
export function formatCount(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? "" : "s"}`;
}

function currencySymbol(currency: string): string | undefined {
  try {
    const parts = new Intl.NumberFormat("en-US", { style: "currency", currency }).formatToParts(0);
    const symbol = parts.find((part) => part.type === "currency")?.value;
    return symbol === currency ? undefined : symbol;
  } catch {
    return undefined; // Not an ISO code: shown as it is, after the figure.
  }
}
