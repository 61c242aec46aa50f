import { sameDocument } from "../../lambda-src/reconcile/documents.ts";

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function statementsOf(document: Fields): unknown[] {
  const statements = document["Statement"];
  return Array.isArray(statements) ? statements : [statements];
}

/** By what they decide, as the reconciler compares them. */
function isSameStatement(left: unknown, right: unknown): boolean {
  return sameDocument({ Statement: [left] }, { Statement: [right] });
}

function without(statements: readonly unknown[], others: readonly unknown[]): unknown[] {
  return statements.filter((one) => !others.some((other) => isSameStatement(one, other)));
}

function sidOf(statement: unknown): unknown {
  return isFields(statement) ? statement["Sid"] : undefined;
}

/** `Condition.StringEquals.aws:SourceAccount` → its values, sorted; without the Sid, which decides nothing. */
function flatten(value: unknown, path: string): [path: string, values: string[]][] {
  if (isFields(value)) {
    return Object.entries(value)
      .filter(([name]) => path !== "" || name !== "Sid")
      .flatMap(([name, member]) => flatten(member, path === "" ? name : `${path}.${name}`));
  }
  return [[path, (Array.isArray(value) ? value : [value]).map(String).sort()]];
}

function listed(values: readonly string[]): string {
  return values.map((value) => JSON.stringify(value)).join(", ");
}

/** What differs between two statements that mean the same thing, a line for each member. */
function memberLines(actual: unknown, wanted: unknown): string[] {
  const has = new Map(flatten(actual, ""));
  const needs = new Map(flatten(wanted, ""));
  const label = `statement ${JSON.stringify(sidOf(wanted) ?? "without Sid")}:`;
  return [...new Set([...needs.keys(), ...has.keys()])].flatMap((path) => {
    const is = has.get(path);
    const should = needs.get(path);
    if (is === undefined) return [`${label} ${path} is missing, should be ${listed(should ?? [])}`];
    if (should === undefined) return [`${label} ${path} is ${listed(is)}, should not be there`];
    if (listed(is) === listed(should)) return [];
    return [`${label} ${path} is ${listed(is)}, should be ${listed(should)}`];
  });
}

/** Statements of the same Sid belong together; so do the last two that are left. */
function pair(extra: unknown[], missing: unknown[]): [actual: unknown, wanted: unknown][] {
  const pairs: [unknown, unknown][] = [];
  for (const wanted of [...missing]) {
    const sid = sidOf(wanted);
    const isOnlyChoice = extra.length === 1 && missing.length === 1;
    const actual = extra.find((one) => isOnlyChoice || (sid !== undefined && sidOf(one) === sid));
    if (actual === undefined) continue;
    extra.splice(extra.indexOf(actual), 1);
    missing.splice(missing.indexOf(wanted), 1);
    pairs.push([actual, wanted]);
  }
  return pairs;
}

/** What makes a policy document differ from the wanted one, a line each; nothing when they decide the same. */
export function documentDifference(actual: unknown, wanted: unknown): string[] {
  if (sameDocument(actual, wanted)) return [];
  if (actual === undefined) return ["there is none"];
  if (!isFields(actual) || !isFields(wanted)) return [`it is no policy document: ${JSON.stringify(actual)}`];
  const extra = without(statementsOf(actual), statementsOf(wanted));
  const missing = without(statementsOf(wanted), statementsOf(actual));
  const pairs = pair(extra, missing);
  return [
    ...(actual["Version"] === wanted["Version"]
      ? []
      : [`Version is ${JSON.stringify(actual["Version"])}, should be ${JSON.stringify(wanted["Version"])}`]),
    ...pairs.flatMap(([is, should]) => memberLines(is, should)),
    ...missing.map((statement) => `a statement is missing: ${JSON.stringify(statement)}`),
    ...extra.map((statement) => `a statement should not be there: ${JSON.stringify(statement)}`),
  ];
}
