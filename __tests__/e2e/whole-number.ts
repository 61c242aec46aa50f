/**
 * A number that somebody gave by hand.
 * @param name as it was given, "--pods"
 * @throws Error naming what is no whole number above 0
 */
export function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new Error(`${name} is "${text}"; it must be a whole number above 0`);
}
