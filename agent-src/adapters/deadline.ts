/** The time that something may take, beside the caller's own giving up. */
export interface Deadline {
  /** Aborted when the time is over or the caller gives up. */
  readonly signal: AbortSignal;
  /** The caller's signal: aborted means that the caller gave up, not that the source was slow. */
  readonly outer: AbortSignal;
  /** Ends the waiting; to be called in any case. */
  clear(): void;
}

/** Starts the time. */
export function startDeadline(seconds: number, outer: AbortSignal): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new Error(`no answer within ${seconds} s`)),
    seconds * 1000,
  );
  const forward = (): void => controller.abort(outer.reason);
  if (outer.aborted) forward();
  else outer.addEventListener("abort", forward, { once: true });
  return {
    signal: controller.signal,
    outer,
    clear() {
      clearTimeout(timer);
      outer.removeEventListener("abort", forward);
    },
  };
}
