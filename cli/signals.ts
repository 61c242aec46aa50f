import { EXIT } from "./exit-codes.ts";

/** What SIGINT and SIGTERM ask for. */
export interface StopSignals {
  /** Aborted at the first signal: start nothing new. */
  readonly stop: AbortSignal;
  /** Aborted at the second, or when the grace is over: give up what is in hand. */
  readonly abort: AbortSignal;
  /** The exit code that the first signal asks for; undefined when none came. */
  exitCode(): number | undefined;
  /** Stops listening. */
  release(): void;
}

/** Listens to SIGINT and SIGTERM. `graceMilliseconds` is what the work in hand gets after the first signal. */
export function listenForStop(
  graceMilliseconds: number,
  onStop: (signal: NodeJS.Signals) => void,
): StopSignals {
  const stop = new AbortController();
  const abort = new AbortController();
  let code: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  function onSignal(signal: NodeJS.Signals): void {
    if (code !== undefined) {
      abort.abort(new Error(`interrupted by ${signal}`));
      return;
    }
    code = signal === "SIGINT" ? EXIT.interrupted : EXIT.terminated;
    onStop(signal);
    stop.abort();
    timer = setTimeout(() => abort.abort(new Error(`interrupted by ${signal}`)), graceMilliseconds);
    timer.unref();
  }
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    stop: stop.signal,
    abort: abort.signal,
    exitCode: () => code,
    release: () => {
      clearTimeout(timer);
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}
