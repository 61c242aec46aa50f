/** Lets a number of things happen at once, and the others wait in their order. */
export interface Limiter {
  /** Resolves with what ends the caller's turn, to be called once. @throws the signal's reason */
  enter(signal: AbortSignal): Promise<() => void>;
}

/** A limiter for `limit` at once. */
export function createLimiter(limit: number): Limiter {
  let free = limit;
  const waiting = new Set<() => void>();
  function leave(): void {
    const [next] = waiting;
    if (!next) free += 1;
    else {
      waiting.delete(next);
      next();
    }
  }
  return {
    async enter(signal) {
      signal.throwIfAborted();
      if (free > 0) free -= 1;
      else await waitIn(waiting, signal);
      let left = false;
      return () => {
        if (!left) leave();
        left = true;
      };
    },
  };
}

function waitIn(waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      waiting.delete(goOn);
      reject(signal.reason as Error);
    };
    function goOn(): void {
      signal.removeEventListener("abort", giveUp);
      resolve();
    }
    waiting.add(goOn);
    signal.addEventListener("abort", giveUp, { once: true });
  });
}
