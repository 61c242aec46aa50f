import type { StoredRole } from "../fakes/fake-iam.ts";
import type { StoredAssociation } from "../fakes/fake-pod-identity.ts";
import type { ExpectedEnd } from "./oracle.ts";
import type { Snapshot } from "./snapshot.ts";
import { meaning } from "./templates.ts";

/** What of an account is not as expected, one sentence each. */
export function compareWithEnd(found: Snapshot, end: ExpectedEnd, quota: number): string[] {
  const isFull = found.roles.size >= quota;
  const roles = [...new Set([...found.roles.keys(), ...end.roles.keys()])].flatMap((key) => {
    const [there, expected] = [found.roles.get(key), end.roles.get(key)];
    if (there === undefined && isFull && end.made.has(key)) return [];
    const difference = differenceOf(describeRole(there), describeRole(expected));
    return difference === "" ? [] : [`role "${key}": ${difference}`];
  });
  // In a full account, whichever roles are missing have no associations either.
  return isFull ? roles : [...roles, ...compareAssociations(found, end)];
}

function compareAssociations(snapshot: Snapshot, end: ExpectedEnd): string[] {
  const found = new Map(
    snapshot.associations.map((one) => [associationKey(one.region, one), describeAssociation(one)]),
  );
  const loose = new Set<string>();
  const expected = new Map<string, string>();
  for (const [key, one] of end.associations) {
    const known = associationKey(key.slice(0, key.indexOf("/")), one);
    expected.set(known, describeAssociation(one));
    if (end.loose.has(key)) loose.add(known);
  }
  return [...new Set([...found.keys(), ...expected.keys()])]
    .filter((key) => found.get(key) !== expected.get(key) && !loose.has(key))
    .map((key) => `association "${key}" is ${found.get(key) ?? "none"}, not ${expected.get(key) ?? "none"}`);
}

function associationKey(
  region: string,
  { clusterName, namespace, serviceAccount }: StoredAssociation,
): string {
  return `${region}/${clusterName}/${namespace}/${serviceAccount}`;
}

function describeAssociation({ roleArn, tags }: StoredAssociation): string {
  return JSON.stringify([roleArn, Object.entries(tags).sort()]);
}

/** What is compared of a role, by name. */
function describeRole(role: StoredRole | undefined): Readonly<Record<string, string>> {
  if (!role) return { presence: "absent" };
  return {
    presence: "present",
    name: role.path + role.name,
    trust: meaning(role.trust),
    boundary: String(role.boundary),
    instanceProfiles: String(role.instanceProfiles),
    tags: sortedList([...role.tags].map(([tag, value]) => `${tag}=${value}`)),
    policies: sortedList([...role.inline].map(([policy, text]) => `${policy} ${meaning(text)}`)),
    attached: sortedList([...role.attached]),
  };
}

function sortedList(items: readonly string[]): string {
  return [...items].sort().join(", ");
}

function differenceOf(
  found: Readonly<Record<string, string>>,
  expected: Readonly<Record<string, string>>,
): string {
  return Object.entries(expected)
    .filter(([part, value]) => found[part] !== value)
    .map(([part, value]) => `${part} is ${found[part] ?? "absent"}, not ${value}`)
    .join("; ");
}
