import type { OnProgress } from "./apply.ts";

/** Of so many, every tenth is told where there is no terminal. */
const LONG = 5_000;

/**
 * Runs a long work with a line on standard error that tells how far it is: rewritten on a terminal, once a step
 * elsewhere.
 */
export async function withProgress<T>(work: (tell: OnProgress) => Promise<T>): Promise<T> {
  const { tell, end } = createProgress();
  try {
    return await work(tell);
  } finally {
    end();
  }
}

function createProgress(): { readonly tell: OnProgress; end(): void } {
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
      else if (done === of || of >= LONG) process.stderr.write(`${step} ${done} of ${of}\n`);
    },
  };
}
