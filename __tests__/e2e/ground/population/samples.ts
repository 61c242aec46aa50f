import { parseLabels } from "../opencost/history.ts";
import type { LabelSet } from "./label-set.ts";

/** One sample of a scraped page. */
export interface Sample {
  readonly metric: string;
  readonly labels: LabelSet;
  readonly value: number;
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;

/**
 * Reads a page in the text exposition format, without timestamps; comments are left out, and metrics that are not
 * wanted: of 20,000 pods a page has 125 MB.
 */
export function parseSamples(text: string, isWanted: (metric: string) => boolean = () => true): Sample[] {
  return text.split("\n").flatMap((line) => {
    const match = SAMPLE.exec(line);
    const [, metric = "", labels = "", value = ""] = match ?? [];
    if (!match || !isWanted(metric)) return [];
    return [{ metric, labels: parseLabels(labels), value: Number(value) }];
  });
}
