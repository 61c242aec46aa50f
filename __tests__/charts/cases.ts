import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** One values case: a file `<key>.<case>.<pass|fail>.yaml`, laid over `base.yaml`. */
export interface ValuesCase {
  readonly name: string;
  readonly file: string;
  readonly passes: boolean;
  /** What the case alone says, and what it comes to on top of the base. */
  readonly values: unknown;
  /**
   * The comments at its top. `expect` is part of the message of both Helm and the schema in TypeScript, `helm` and `zod`
   * of one of them; `image` and `schedule` are what a case that passes renders.
   */
  readonly notes: Readonly<Record<string, string>>;
}

const CASES = join(import.meta.dirname, "cases");

/** The values that every case is laid over. */
export const BASE_FILE = join(CASES, "base.yaml");

export function loadCases(): ValuesCase[] {
  const base: unknown = parse(readFileSync(BASE_FILE, "utf8"));
  return readdirSync(CASES)
    .filter((name) => /\.(pass|fail)\.yaml$/.test(name))
    .sort()
    .map((name) => {
      const text = readFileSync(join(CASES, name), "utf8");
      const notes = [...text.matchAll(/^# (\w+): (.*)$/gm)].map(([, key, note]) => [key, note] as const);
      return {
        name: name.slice(0, -".yaml".length),
        file: join(CASES, name),
        passes: name.endsWith(".pass.yaml"),
        values: overlay(base, parse(text)),
        notes: Object.fromEntries(notes) as Record<string, string>,
      };
    });
}

/** `over` on `base`, as Helm lays one values file over another. */
export function overlay(base: unknown, over: unknown): unknown {
  if (!isObject(base) || !isObject(over)) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) merged[key] = overlay(merged[key], value);
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
