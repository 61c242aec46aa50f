/** Which clusters get a role, by patterns of their names; `*` stands for any characters. Case counts, as in EKS. */
export interface ClusterSelection {
  /** A cluster needs one of these; none: every cluster. */
  readonly clusterInclude: readonly string[];
  /** A cluster that has one of these is not selected, whatever else it has. */
  readonly clusterExclude: readonly string[];
}

// Part by part and never back, because a regular expression with many stars takes seconds for one name.
function matches(pattern: string, name: string): boolean {
  const [start = "", ...others] = pattern.split("*");
  const end = others.pop();
  if (end === undefined) return name === start;
  if (!name.startsWith(start)) return false;
  let from = start.length;
  for (const part of others) {
    const found = name.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return name.length - end.length >= from && name.endsWith(end);
}

/** Whether one of the patterns is the cluster's. */
export function matchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => matches(pattern, name));
}

/** Why a cluster gets no role and keeps one that it has; undefined when it is selected. */
export function whyNotSelected(selection: ClusterSelection, name: string): string | undefined {
  const { clusterInclude, clusterExclude } = selection;
  const excluding = clusterExclude.find((pattern) => matches(pattern, name));
  if (excluding !== undefined) return `excluded by cluster_exclude "${excluding}"`;
  if (clusterInclude.length === 0 || matchesAny(clusterInclude, name)) return undefined;
  return `not included by cluster_include "${clusterInclude.join('", "')}"`;
}
