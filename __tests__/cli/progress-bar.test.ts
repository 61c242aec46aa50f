import { beforeEach, describe, expect, test } from "@jest/globals";
import { TEN } from "../fakes/hours.ts";
import { backfillPrinter } from "../../cli/backfill-progress.ts";
import { describeProgress } from "../../cli/progress-bar.ts";
import { Terminal } from "../../cli/terminal.ts";

describe("the bar", () => {
  test.each([
    [0, 720, 0, "[░░░░░░░░░░░░░░░░░░░░░░░░] 0/720"],
    [180, 720, 60_000, "[██████░░░░░░░░░░░░░░░░░░] 180/720  1.5 hours/s  3 min 0 s left"],
    [719, 720, 7_190_000, "[███████████████████████░] 719/720  0.05 hours/s  10.0 s left"],
    [720, 720, 36_000, "[████████████████████████] 720/720  10 hours/s  0 ms left"],
    [0, 0, 0, "[████████████████████████] 0/0"],
  ])("of %i of %i after %i ms", (done, total, elapsedMilliseconds, text) => {
    expect(describeProgress({ done, total, perHour: 2, elapsedMilliseconds })).toBe(text);
  });
});

/** A terminal that can replace a line and keeps what it was told. */
class LiveTerminal extends Terminal {
  override readonly isLive = true;
  readonly notes: string[] = [];
  readonly lives: string[] = [];
  override note(text: string): void {
    this.notes.push(text);
  }
  override live(text: string): void {
    this.lives.push(text);
  }
}

describe("a backfill on a terminal", () => {
  let terminal: LiveTerminal;
  beforeEach(() => {
    terminal = new LiveTerminal({});
  });

  test("has one line that moves, and what failed above it", () => {
    let now = 0;
    const print = backfillPrinter(terminal, () => now);
    const steps = [1, 2].map((n) => ({ dataset: "container", hour: TEN + n * 3600 }));
    const plan = { steps, postponedHours: 0, committed: 3, newest: {} };
    print({ kind: "planned", plan });
    for (const step of steps) {
      print({ kind: "started", step });
      now += 2000;
      print({ kind: "failed", step, error: new Error("no answer"), milliseconds: 2000 });
    }
    print({ kind: "ended", health: { datasets: {} } });
    expect(terminal.lives.at(0)).toBe("[░░░░░░░░░░░░░░░░░░░░░░░░] 0/2");
    expect(terminal.lives).toContain(
      "[████████████░░░░░░░░░░░░] 1/2  0.5 hours/s  2.0 s left  2026-11-22 11:00Z  container",
    );
    expect(terminal.notes).toEqual([
      "2 dataset-hours to export, 3 already committed.",
      "✗ 2026-11-22 11:00Z  container   failed: no answer",
      "✗ 2026-11-22 12:00Z  container   failed: no answer",
    ]);
  });
});
