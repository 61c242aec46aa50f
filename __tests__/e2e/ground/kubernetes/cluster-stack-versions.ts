import { STAND_IN_VERSIONS } from "./cluster-stack-providers.ts";

interface SynthesizedStack {
  readonly terraform: {
    readonly required_providers: Record<string, { readonly source: string; readonly version: string }>;
  };
}

/**
 * A synthesized cluster stack that asks for the providers that stand in. Only their version strings differ.
 * @throws Error when the stack does not ask for one of them at all
 */
export function withStandInVersions(text: string): string {
  const stack = JSON.parse(text) as SynthesizedStack;
  const required = stack.terraform.required_providers;
  for (const [name, version] of Object.entries(STAND_IN_VERSIONS)) {
    const provider = required[name];
    if (!provider) throw new Error(`The cluster stack requires no provider "${name}"; it cannot be replaced`);
    required[name] = { ...provider, version };
  }
  return JSON.stringify(stack, null, 2);
}

/** Lines that differ, in pairs; lines that only one of the texts has are paired with "". */
export function changedLines(before: string, after: string): readonly (readonly [string, string])[] {
  const [old, new_] = [before.split("\n"), after.split("\n")];
  const count = Math.max(old.length, new_.length);
  return Array.from({ length: count }, (_, line) => [old[line] ?? "", new_[line] ?? ""] as const)
    .filter(([left, right]) => left !== right)
    .map(([left, right]) => [left.trim(), right.trim()] as const);
}
