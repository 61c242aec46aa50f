/** The code of the innermost error that has one: runtimes wrap a network error up to three times (`fetch failed`). */
export function causeCode(error: unknown): string | undefined {
  let found: string | undefined;
  // A cause may be its own: ten levels are more than anybody wraps.
  for (let at = error, depth = 0; typeof at === "object" && at !== null && depth < 10; depth++) {
    const { code, cause, errors } = at as {
      readonly code?: unknown;
      readonly cause?: unknown;
      /** Of an AggregateError: one failed attempt for each address. */
      readonly errors?: readonly unknown[];
    };
    if (typeof code === "string") found = code;
    at = cause ?? errors?.[0];
  }
  return found;
}
