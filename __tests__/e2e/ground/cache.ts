import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheRoot } from "./env.ts";

/** Directory of one part at one version (or content hash). */
export function partDirectory(part: string, version: string): string {
  return join(cacheRoot(), `${part}-${version}`);
}

const made: string[] = [];

/** What this process had to make because the cache did not have it. */
export function partsMade(): readonly string[] {
  return made;
}

/** Remembers a part that had to be made, and tells it with its time: the cache was cold for it. */
export function tellMade(part: string, version: string, start: number): void {
  made.push(part);
  console.error(`  made  ${part} ${version} (${((performance.now() - start) / 1000).toFixed(0)} s)`);
}

/**
 * Makes a part once: `marker` (a path inside the part's directory) says that it is there.
 * A build that fails or is interrupted leaves nothing that looks complete.
 * @returns the part's directory
 */
export async function ensurePart(
  part: string,
  version: string,
  marker: string,
  build: (directory: string) => Promise<void>,
): Promise<string> {
  const directory = partDirectory(part, version);
  if (existsSync(join(directory, marker))) return directory;
  const start = performance.now();
  const building = `${directory}.building-${process.pid}`;
  await rm(building, { recursive: true, force: true });
  await mkdir(building, { recursive: true });
  try {
    await build(building);
    if (!existsSync(join(building, marker))) throw new Error(`building ${part} made no "${marker}"`);
    await rm(directory, { recursive: true, force: true });
    await mkdir(dirname(directory), { recursive: true });
    await rename(building, directory);
    tellMade(part, version, start);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  return directory;
}
