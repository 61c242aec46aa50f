/** What is to be done before this process ends at a signal, in the order in which it was added. */
const cleanups = new Set<() => Promise<void>>();

let ending: Promise<never> | undefined;

/**
 * Ends this process in order at SIGINT and SIGTERM: what outlives it is stopped first, and what does not is stopped by
 * the listeners of its `exit`. A signal may come twice, from a terminal and from the program that started this one.
 */
export function endInOrderAtSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      ending ??= end(signal);
    });
  }
}

/** Runs `work`, and `cleanup` when a signal ends this process meanwhile. It has to bear that `work` still goes on. */
export async function cleaningUpAtSignals<T>(
  cleanup: () => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  cleanups.add(cleanup);
  try {
    return await work();
  } finally {
    // A cleanup under way makes the work fail; the process ends with the cleanup, not before.
    if (ending) await ending;
    cleanups.delete(cleanup);
  }
}

async function end(signal: NodeJS.Signals): Promise<never> {
  if (cleanups.size > 0) console.error(`\n${signal}: stopping what was started …`);
  for (const cleanup of cleanups) await cleanup().catch((error: unknown) => console.error(String(error)));
  process.exit(1);
}
