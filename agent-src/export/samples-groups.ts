import type { LabelMatcher } from "./label-matcher.ts";

/** Namespaces that are asked for together; undefined for all series at once. */
export type NamespaceGroup = LabelMatcher | undefined;

/**
 * Namespaces in groups of about `most` pods, so that a metric's series need not be held for the whole cluster to put
 * them in order. A namespace with more is a group of its own. The last group is what is in none of them.
 */
export function groupNamespaces(podsOf: ReadonlyMap<string, number>, most: number): NamespaceGroup[] {
  const pods = [...podsOf.values()].reduce((sum, count) => sum + count, 0);
  if (pods <= most) return [undefined];
  const names = [...podsOf.keys()].sort();
  const groups: string[][] = [];
  let room = 0;
  for (const name of names) {
    const count = podsOf.get(name) ?? 0;
    if (count > room) {
      groups.push([]);
      room = most;
    }
    groups.at(-1)?.push(name);
    room -= count;
  }
  return [
    // Names of namespaces are DNS labels: nothing in them means something in a regular expression.
    ...groups.map((group): LabelMatcher => ({ label: "namespace", op: "=~", value: group.join("|") })),
    { label: "namespace", op: "!~", value: names.join("|") },
  ];
}

/** Whether a query is asked by groups: what is about pods. Series of GPUs are few, and those of an idle one name no pod. */
export function isGrouped(promql: string): boolean {
  return /\$(?:cadvisor|ksm)\b/.test(promql);
}
