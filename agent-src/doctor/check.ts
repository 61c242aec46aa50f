import type { DoctorContext, Subject } from "./context.ts";

/** `skipped` is for what could not be looked at because of an earlier problem, or does not apply here. */
export type Level = "ok" | "warning" | "problem" | "skipped";

/** What a check found. The text names the value and the limit, the fix what to do about it. */
export interface Finding {
  readonly level: Level;
  readonly text: string;
  readonly fix?: string;
}

/** One thing that an export needs. Data, so that the documentation and the order come from the same list. */
export interface Check {
  /** As in `docs/doctor.md` and the JSON: `prometheus-retention`. */
  readonly id: string;
  /** For a person: `Prometheus keeps enough`. */
  readonly title: string;
  readonly about: readonly Subject[];
  /** Checks that have to be without a problem first. */
  readonly needs: readonly string[];
  /**
   * Looks. What it throws means that nothing can be told: it becomes a warning.
   * @returns at least one finding
   */
  readonly run: (context: DoctorContext) => Promise<readonly Finding[]>;
}

export function ok(text: string): Finding {
  return { level: "ok", text };
}

export function warning(text: string, fix: string): Finding {
  return { level: "warning", text, fix };
}

export function problem(text: string, fix: string): Finding {
  return { level: "problem", text, fix };
}

export function skipped(text: string): Finding {
  return { level: "skipped", text };
}
