import type { OnProgress } from "./apply.ts";

/** A line that tells how far a long step is: rewritten on a terminal, once a step elsewhere. */
export interface Progress {
  readonly tell: OnProgress;
  /** Leaves the last line standing. */
  end(): void;
}

/** Progress on standard error. */
export function createProgress(): Progress {
  const terminal = process.stderr.isTTY;
  let current = "";
  let told = -1;
  const end = (): void => {
    if (current !== "" && terminal) process.stderr.write("\n");
    current = "";
  };
  return {
    end,
    tell(step, done, of) {
      if (step !== current) end();
      const tenth = Math.floor((10 * done) / Math.max(1, of));
      if (step === current && tenth === told) return;
      current = step;
      told = tenth;
      if (terminal) process.stderr.write(`\r${step} ${done} of ${of} `);
      else if (done === of) process.stderr.write(`${step} ${done} of ${of}\n`);
    },
  };
}
