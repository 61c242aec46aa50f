import type * as z from "zod";

/** The configuration cannot be used. The message lists everything that is wrong with it. */
export class SynthConfigError extends Error {
  override readonly name = "SynthConfigError";
}

/** What a field of a wrong type is told to be. */
const KINDS: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  number: "a number",
  object: "an object",
  record: "an object",
  string: "text in quotes",
};

/** What to do about an issue whose field says nothing about it itself: the end of {@link describeProblem}'s sentence. */
export function fixOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return `give ${KINDS[issue.expected] ?? issue.expected}`;
    case "too_small":
      return issue.minimum === 1 ? "give something" : `give ${String(issue.minimum)} characters or more`;
    case "invalid_union":
      return `give ${(issue["options"] as unknown[]).map((option) => `"${String(option)}"`).join(" or ")}`;
    case "unrecognized_keys":
      return `correct or remove ${issue.keys.length === 1 ? "it" : "them"}`;
    default:
      return undefined;
  }
}

/** One thing that is wrong with a configuration: where, what is there, and what to do. */
export function describeProblem(issue: z.core.$ZodIssue): string {
  const field = issue.path.length > 0 ? issue.path.map(String).join(".") : "the file";
  // A rule in words of its own: its message says all of it.
  if (issue.code === "custom") return `${field}: ${issue.message}`;
  if (issue.code === "unrecognized_keys") {
    const [noun, keys] = [issue.keys.length === 1 ? "field" : "fields", issue.keys.join('", "')];
    return `${field} has the unknown ${noun} "${keys}"; ${issue.message}`;
  }
  // Zod names the discriminator, but hands over the object around it.
  const input = issue.code === "invalid_union" ? fieldOf(issue.input, issue.path.at(-1)) : issue.input;
  return `${field} ${stateOf(input)}; ${issue.message}`;
}

function stateOf(value: unknown): string {
  if (value === undefined) return "is missing";
  if (Array.isArray(value)) return "is a list";
  if (typeof value === "object" && value !== null) return "is an object";
  return `is ${JSON.stringify(value)}`;
}

function fieldOf(value: unknown, name: PropertyKey | undefined): unknown {
  if (typeof value !== "object" || value === null || name === undefined) return value;
  return (value as Record<PropertyKey, unknown>)[name];
}
