/**
 * Gives one and the same text for all that are equal: each answer is parsed into texts of its own, and a name that
 * thousands of rows have would be kept thousands of times.
 */
export function createSharedTexts(): (text: string) => string {
  const shared = new Map<string, string>();
  return (text) => {
    const known = shared.get(text);
    if (known === undefined) shared.set(text, text);
    return known ?? text;
  };
}
