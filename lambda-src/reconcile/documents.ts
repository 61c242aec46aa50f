type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** IAM stores a one-element list as it was sent, and gives lists back in any order. */
function values(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  return [...new Set(list.map(String))].sort();
}

function mapEntries(
  fields: unknown,
  key: (name: string) => string,
  value: (value: unknown) => unknown,
): unknown {
  if (!isFields(fields)) return fields;
  return Object.entries(fields)
    .map(([name, member]) => [key(name), value(member)] as const)
    .sort(([left], [right]) => (left < right ? -1 : 1));
}

function lowerCase(text: string): string {
  return text.toLowerCase();
}

function same(text: string): string {
  return text;
}

function canonicalPart(name: string, value: unknown): unknown {
  switch (name) {
    // Service prefixes and actions are matched without regard to case, resources and principals are not.
    case "Action":
    case "NotAction":
      return values(value).map(lowerCase);
    case "Resource":
    case "NotResource":
      return values(value);
    case "Principal":
    case "NotPrincipal":
      // "*" and { AWS: "*" } are the same principal (IAM guide, policy elements: Principal).
      return mapEntries(value === "*" ? { AWS: "*" } : value, same, values);
    case "Condition":
      // Operators and condition keys are matched without regard to case (IAM guide, policy elements: Condition).
      return mapEntries(value, lowerCase, (keys) => mapEntries(keys, lowerCase, values));
    default:
      return value;
  }
}

function canonicalStatement(statement: unknown): string {
  if (!isFields(statement)) return JSON.stringify(statement);
  // A Sid is a label: it decides nothing.
  const parts = Object.entries(statement).filter(([name]) => name !== "Sid");
  return JSON.stringify(
    parts
      .map(([name, value]) => [name, canonicalPart(name, value)] as const)
      .sort(([left], [right]) => (left < right ? -1 : 1)),
  );
}

function canonicalDocument(document: unknown): string {
  if (!isFields(document)) return JSON.stringify(document) ?? "";
  const statements = document["Statement"];
  const list = Array.isArray(statements) ? statements : [statements];
  return JSON.stringify([
    document["Version"] ?? "2008-10-17",
    ...[...new Set(list.map(canonicalStatement))].sort(),
  ]);
}

/**
 * Whether two policy documents decide the same: order of statements, members and lists, a string against a list
 * of one, case of actions, operators and condition keys, and Sids do not matter.
 */
export function sameDocument(left: unknown, right: unknown): boolean {
  return canonicalDocument(left) === canonicalDocument(right);
}
