import { parseLabels } from "../opencost/history.ts";
import type { LabelSet } from "./label-set.ts";

/** One sample of a scraped page. */
export interface Sample {
  readonly metric: string;
  readonly labels: LabelSet;
  readonly value: number;
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;

/** Reads a page in the text exposition format, without timestamps; comments are left out. */
export function parseSamples(text: string): Sample[] {
  return text.split("\n").flatMap((line) => {
    const match = SAMPLE.exec(line);
    if (!match) return [];
    const [, metric = "", labels = "", value = ""] = match;
    return [{ metric, labels: parseLabels(labels), value: Number(value) }];
  });
}
