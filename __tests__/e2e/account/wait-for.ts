import { setTimeout as sleep } from "node:timers/promises";

const WORST_WAIT_MS = 150_000;

/** Repeats `body` until it stops throwing, and returns what it then returned; throws its last error when that takes too long. */
export async function waitFor<T>(body: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + WORST_WAIT_MS;
  for (;;) {
    try {
      return await body();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(1_000);
    }
  }
}
