import { sha256Of } from "../agent-src/export/parquet-read.ts";
import type { Sink } from "../agent-src/export/sink.ts";
import type { CommittedHour } from "./committed.ts";

/** What is wrong with a data object's bytes (undefined when they are not there), or undefined when nothing is. */
export function describeDamage(
  sink: Sink,
  { manifest, dataKey }: CommittedHour,
  bytes: Uint8Array | undefined,
): string | undefined {
  if (!bytes) return sizeDamage(sink, dataKey, manifest.object?.bytes ?? 0, undefined);
  const isOther = sha256Of(bytes) !== manifest.object?.sha256;
  return (
    sizeDamage(sink, dataKey, manifest.object?.bytes ?? 0, bytes.length) ??
    (isOther
      ? `Object "${dataKey}" in ${sink.url} is not what its manifest describes; run "verify"`
      : undefined)
  );
}

/** The same, as far as the size tells. */
export function sizeDamage(
  sink: Sink,
  key: string | undefined,
  expected: number,
  found: number | undefined,
): string | undefined {
  if (found === expected) return undefined;
  return found === undefined
    ? `Object "${key}" of a manifest is missing in ${sink.url}; run "verify"`
    : `Object "${key}" in ${sink.url} has ${found} bytes, its manifest says ${expected}; run "verify"`;
}

/** Reads the objects of `hours` until one is found that is missing or damaged. */
export async function findDamage(sink: Sink, hours: readonly CommittedHour[]): Promise<string | undefined> {
  for (const hour of hours) {
    if (hour.dataKey === undefined) continue;
    const damage = describeDamage(sink, hour, await sink.read(hour.dataKey));
    if (damage !== undefined) return damage;
  }
  return undefined;
}
