import Table from "cli-table3";
import { median } from "../report.ts";
import { RUNTIMES, SCRIPTS, type RuntimeName, type ScriptName } from "./process.ts";

/** One process. */
export interface Sample {
  readonly runtime: RuntimeName;
  readonly script: ScriptName;
  readonly round: number;
  readonly wallMs: number;
}

/** All processes of one script under one runtime. */
export interface Summary {
  readonly runtime: RuntimeName;
  readonly script: ScriptName;
  readonly medianMs: number;
  readonly fastestMs: number;
  /** Median above that of an empty script under the same runtime. */
  readonly aboveFloorMs: number;
  /** Null where there is none. */
  readonly limitMs: number | null;
}

/** Medians, in the order of the runtimes and scripts. */
export function summarize(samples: readonly Sample[]): Summary[] {
  const of = (runtime: RuntimeName, script: ScriptName): number[] =>
    samples.filter((one) => one.runtime === runtime && one.script === script).map(({ wallMs }) => wallMs);
  return (Object.keys(RUNTIMES) as RuntimeName[]).flatMap((runtime) =>
    (Object.keys(SCRIPTS) as ScriptName[]).map((script) => {
      const middle = median(of(runtime, script));
      return {
        runtime,
        script,
        medianMs: Math.round(middle),
        fastestMs: Math.round(Math.min(...of(runtime, script))),
        aboveFloorMs: Math.round(middle - median(of(runtime, "empty"))),
        limitMs: SCRIPTS[script].limits?.[runtime] ?? null,
      };
    }),
  );
}

/** The table a person reads. */
export function renderTable(summary: readonly Summary[]): string {
  const table = new Table({
    head: ["runtime", "script", "median", "fastest", "above the floor", "limit"],
    colAligns: ["left", "left", "right", "right", "right", "left"],
    style: { head: [], border: [] },
  });
  for (const { runtime, script, medianMs, fastestMs, aboveFloorMs, limitMs } of summary) {
    const verdict = limitMs === null ? "" : `${seconds(limitMs)}: ${medianMs <= limitMs ? "kept" : "MISSED"}`;
    table.push([
      runtime,
      SCRIPTS[script].title,
      seconds(medianMs),
      seconds(fastestMs),
      script === "empty" ? "" : seconds(aboveFloorMs),
      verdict,
    ]);
  }
  return table.toString();
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}
