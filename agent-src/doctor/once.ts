/** Asks when it is first called, and gives the same answer, or the same error, from then on. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}
