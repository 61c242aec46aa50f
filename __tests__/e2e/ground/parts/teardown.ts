import { cleaningUpAtSignals } from "../signals.ts";
import { stopPart } from "./lifecycle.ts";
import type { Part } from "./part.ts";
import { startedPrograms } from "./run-state.ts";

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

/** Runs `work`, and stops the parts first when a signal ends this process meanwhile: their programs outlive it. */
export async function stoppingAtSignal<T>(parts: readonly Part[], work: () => Promise<T>): Promise<T> {
  return cleaningUpAtSignals(async () => {
    // The work goes on until this process ends, and may have started one more.
    do await stopParts(parts);
    while (parts.some(({ name }) => startedPrograms(name).length > 0));
  }, work);
}
