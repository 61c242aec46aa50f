import { setTimeout as sleep } from "node:timers/promises";

const WORST_WAIT_MS = 150_000;

/** Repeats `body` until it stops throwing; throws its last error when that takes too long. */
export async function waitFor(body: () => Promise<void>): Promise<void> {
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
