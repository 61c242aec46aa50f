/** A condition on one label of a series: `cluster="prod"`. */
export interface LabelMatcher {
  readonly label: string;
  readonly op: "=" | "!=" | "=~" | "!~";
  /** As it is meant, without quotes and escapes. */
  readonly value: string;
}

/** A matcher as PromQL has it: `cluster="prod"`. */
export function formatMatcher({ label, op, value }: LabelMatcher): string {
  // PromQL's double-quoted strings have Go's escapes, of which JSON's are a part.
  return `${label}${op}${JSON.stringify(value)}`;
}
