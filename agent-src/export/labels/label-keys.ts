/**
 * Which spelling the keys of an answer have: `original` as in Kubernetes, `sanitised` as Prometheus' label names force
 * it (kube-state-metrics: snake case, OpenCost: as it was, both with `_` for every other character).
 */
export type KeySpelling = "original" | "sanitised";

/** Whether a key is on a list. */
export type MatchKey = (key: string, spelling: KeySpelling) => boolean;

/**
 * A key as kube-state-metrics spells it: `app.kubernetes.io/partOf` is `app_kubernetes_io_part_of`. Spelling what is
 * spelled so already changes nothing. Source: kube-state-metrics 2, internal/store/utils.go.
 */
export function sanitiseKey(key: string): string {
  return key
    .replace(/[^a-zA-Z0-9_]/g, "_")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/** kube-state-metrics counts keys that became equal: `team_conflict1`, `team_conflict2`. */
function withoutConflict(key: string): string {
  return key.replace(/_conflict\d+$/, "");
}

/**
 * A list of what may be exported: an original key has to be the listed one to the letter; of a sanitised key nobody
 * knows more than that it may be.
 */
export function allowing(patterns: readonly string[]): MatchKey {
  const isListed = matcher(patterns);
  const mayBeListed = matcher(patterns.map(sanitisePattern));
  return (key, spelling) => (spelling === "original" ? isListed(key) : someSpelling(key, mayBeListed));
}

/** A list of what must not be exported as it is: a key that could be a listed one is one, however it is spelled. */
export function refusing(patterns: readonly string[]): MatchKey {
  const mayBeListed = matcher(patterns.map(sanitisePattern));
  return (key) => someSpelling(key, mayBeListed);
}

function someSpelling(key: string, mayBeListed: (key: string) => boolean): boolean {
  const sanitised = sanitiseKey(key);
  return mayBeListed(sanitised) || mayBeListed(withoutConflict(sanitised));
}

function sanitisePattern(pattern: string): string {
  return pattern.endsWith("*") ? `${sanitiseKey(pattern.slice(0, -1))}*` : sanitiseKey(pattern);
}

function matcher(patterns: readonly string[]): (key: string) => boolean {
  const exact = new Set(patterns.filter((pattern) => !pattern.endsWith("*")));
  const beginnings = patterns
    .filter((pattern) => pattern.endsWith("*"))
    .map((pattern) => pattern.slice(0, -1));
  return (key) => exact.has(key) || beginnings.some((beginning) => key.startsWith(beginning));
}
