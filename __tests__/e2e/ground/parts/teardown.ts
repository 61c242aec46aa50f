import { stopPart } from "./lifecycle.ts";
import type { Part } from "./part.ts";
import { startedPrograms } from "./run-state.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Stops parts in the given order, with their data. One that cannot be stopped does not keep the others up.
 * @param tell is called after each with the number of its programs
 * @throws AggregateError of what could not be stopped
 */
export async function stopParts(
  parts: readonly Part[],
  { keepData = false, tell }: { keepData?: boolean; tell?: (part: Part, programs: number) => void } = {},
): Promise<void> {
  const errors: unknown[] = [];
  for (const part of parts) {
    await stopPart(part, { keepData }).then(
      (programs) => tell?.(part, programs),
      (error: unknown) => errors.push(error),
    );
  }
  if (errors.length > 0) throw new AggregateError(errors, `Stopping the ground: ${errors.join("; ")}`);
}

/**
 * Runs `work`; when a person or the system ends this process meanwhile, the parts are stopped first, because their
 * programs outlive it. Whoever calls stops them after `work` itself.
 */
export async function stoppingAtSignal<T>(parts: readonly Part[], work: () => Promise<T>): Promise<T> {
  const restore = SIGNALS.map((signal) => {
    // Another listener would end the process at once.
    const others = process.listeners(signal);
    process.removeAllListeners(signal);
    process.once(signal, () => void stopAndExit(parts, signal));
    return (): void => {
      process.removeAllListeners(signal);
      for (const other of others) process.on(signal, other);
    };
  });
  try {
    return await work();
  } finally {
    for (const each of restore) each();
  }
}

async function stopAndExit(parts: readonly Part[], signal: string): Promise<never> {
  console.error(`\n${signal}: stopping the ground …`);
  try {
    // The work goes on until this process ends, and may have started one more.
    do await stopParts(parts);
    while (parts.some(({ name }) => startedPrograms(name).length > 0));
  } catch (error) {
    console.error(`${String(error)}\nRun "npm run ground -- down"`);
  }
  process.exit(1);
}
