/** A pattern of EventBridge, parsed. */
export type EventPattern = Readonly<Record<string, unknown>>;

/**
 * Whether a pattern matches an event, by EventBridge's published rules
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html), as far as patterns here go: every
 * field has to match; a list matches when one of its values equals the field's, or when `exists` says of the field what
 * is so.
 * @throws Error for any other matcher
 */
export function matchesPattern(pattern: EventPattern, event: object): boolean {
  return Object.entries(pattern).every(([field, expected]) => {
    const value = (event as Readonly<Record<string, unknown>>)[field];
    return Array.isArray(expected)
      ? expected.some((matcher: unknown) => matchesValue(matcher, value))
      : matchesPattern(expected as EventPattern, value ?? {});
  });
}

function matchesValue(matcher: unknown, value: unknown): boolean {
  if (typeof matcher === "string") return matcher === value;
  if (typeof matcher === "object" && matcher !== null && "exists" in matcher)
    return matcher.exists === (value !== undefined);
  throw new Error(`there is no such matcher here: ${JSON.stringify(matcher)}`);
}
