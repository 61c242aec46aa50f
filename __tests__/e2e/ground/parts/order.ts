import type { Part } from "./part.ts";

/**
 * The named parts and what they need, needed ones first; when none is named, all but those on demand.
 * @throws Error naming the unknown part and the known ones
 */
export function withNeeds(all: readonly Part[], names: readonly string[]): readonly Part[] {
  const chosen = new Set<string>();
  const choose = (name: string): void => {
    findPart(all, name).needs.forEach(choose);
    chosen.add(name);
  };
  const usual = all.filter(({ onDemand }) => onDemand !== true).map(({ name }) => name);
  (names.length > 0 ? names : usual).forEach(choose);
  return all.filter(({ name }) => chosen.has(name));
}

/** The named parts and what needs them, needing ones first; all when none is named. */
export function withDependents(all: readonly Part[], names: readonly string[]): readonly Part[] {
  const chosen = new Set(names.length > 0 ? names : all.map(({ name }) => name));
  chosen.forEach((name) => findPart(all, name));
  // `all` lists what is needed before what needs it, so one pass finds all dependents.
  for (const part of all) if (part.needs.some((name) => chosen.has(name))) chosen.add(part.name);
  return all.filter(({ name }) => chosen.has(name)).reverse();
}

/** Only the named parts; all when none is named. */
export function onlyNamed(all: readonly Part[], names: readonly string[]): readonly Part[] {
  return names.length > 0 ? names.map((name) => findPart(all, name)) : all;
}

function findPart(all: readonly Part[], name: string): Part {
  const part = all.find((candidate) => candidate.name === name);
  if (part) return part;
  throw new Error(`There is no part "${name}"; choose from ${all.map((known) => known.name).join(", ")}`);
}
