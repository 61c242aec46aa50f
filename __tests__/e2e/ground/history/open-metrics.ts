import { closeSync, openSync, writeSync } from "node:fs";
import type { LivingSeries } from "./lifetimes.ts";

const FLUSH_AT = 8_000_000;
const PRECISION = 12;

/** Writes series as OpenMetrics text with one timestamped sample every `stepSeconds`, families together. */
export function writeOpenMetrics(file: string, series: readonly LivingSeries[], stepSeconds: number): number {
  const output = openSync(file, "w");
  let pending = "";
  let samples = 0;
  try {
    for (const { metric, labels, value, from, until } of byFamily(series)) {
      const start = `${metric}{${labels}} `;
      for (let at = from; at < until; at += stepSeconds) {
        pending += `${start}${String(writtenValue(value(at)))} ${at}\n`;
        samples++;
      }
      if (pending.length < FLUSH_AT) continue;
      writeSync(output, pending);
      pending = "";
    }
    writeSync(output, `${pending}# EOF\n`);
  } finally {
    closeSync(output);
  }
  return samples;
}

function byFamily(series: readonly LivingSeries[]): LivingSeries[] {
  const families = new Map<string, LivingSeries[]>();
  for (const one of series) {
    const family = families.get(one.metric);
    if (family) family.push(one);
    else families.set(one.metric, [one]);
  }
  return [...families.values()].flat();
}

/** What Prometheus gets to know of a value: twelve digits. */
export function writtenValue(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(PRECISION));
}
