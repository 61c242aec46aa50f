import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** One sample of a metrics page, as it was exposed. */
export interface ExposedSample {
  readonly metric: string;
  /** The text between the braces, without a trailing comma; empty when there are no labels. */
  readonly labels: string;
  readonly value: number;
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;

/** Reads a gzipped page in the text exposition format; comments are left out. */
export function readExposition(file: string): ExposedSample[] {
  const samples: ExposedSample[] = [];
  for (const line of gunzipSync(readFileSync(file)).toString("utf8").split("\n")) {
    const match = SAMPLE.exec(line);
    if (!match) continue;
    samples.push({
      metric: match[1] ?? "",
      labels: (match[2] ?? "").replace(/,$/, ""),
      value: Number(match[3]),
    });
  }
  return samples;
}

/** The value of label `name` in a label text; undefined when it is not there. */
export function labelOf(labels: string, name: string): string | undefined {
  return new RegExp(`(?:^|,)${name}="((?:[^"\\\\]|\\\\.)*)"`).exec(labels)?.[1];
}
