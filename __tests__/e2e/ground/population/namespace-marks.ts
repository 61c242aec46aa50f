import { POPULATION_LABEL } from "./snapshot.ts";

/** Namespaces that are there without the population: they are labelled, and never deleted. */
export function isSharedNamespace(name: string): boolean {
  return name === "default" || name.startsWith("kube-");
}

/** What the generator says of a namespace, and whose it is. */
export function namespaceMarks(
  name: string,
  mark: string,
): { readonly labels: Record<string, string>; readonly annotations: Record<string, string> } {
  return {
    labels: { "example.com/team": `team-${name}`, [POPULATION_LABEL]: mark },
    annotations: { "owner-email": `${name}@example.test` },
  };
}
