import { randomUUID } from "node:crypto";
import { link, open, readFile, rename, rm, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { TransientError } from "../export/errors.ts";

// What is done under the lock takes milliseconds (compare and rename), so an older lock belongs to a killed process.
const STALE_AFTER_MS = 15_000;
const RETRY_MS = 20;
const GIVE_UP_AFTER_MS = 60_000;

/**
 * Runs `action` while holding the lock file `path`: one holder at a time among all processes that share the folder.
 * A lock whose holder was killed is taken over after 15 seconds.
 * @throws TransientError when the lock cannot be had within a minute
 */
export async function withFileLock<T>(path: string, action: () => Promise<T>): Promise<T> {
  const token = randomUUID();
  const giveUpAt = Date.now() + GIVE_UP_AFTER_MS;
  while (!(await acquire(path, token))) {
    if (Date.now() > giveUpAt) {
      throw new TransientError(
        `Lock "${path}" was held by others for a minute; remove it if no run is active`,
      );
    }
    await removeWhenStale(path);
    await sleep(RETRY_MS);
  }
  try {
    return await action();
  } finally {
    if ((await readText(path)) === token) await rm(path, { force: true });
  }
}

async function acquire(path: string, token: string): Promise<boolean> {
  try {
    const handle = await open(path, "wx");
    try {
      await handle.writeFile(token);
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Of several that see the same stale lock only one can rename it; a fresh lock renamed by mistake is put back. */
async function removeWhenStale(path: string): Promise<void> {
  try {
    const seen = await readText(path);
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs < STALE_AFTER_MS) return;
    const aside = `${path}.${randomUUID()}`;
    await rename(path, aside);
    if ((await readText(aside)) !== seen) await link(aside, path);
    await rm(aside, { force: true });
  } catch (error) {
    // Its holder let go, or another took it, in the meantime: the next round sees.
    if (codeOf(error) !== "ENOENT" && codeOf(error) !== "EEXIST") throw error;
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** The `code` of a Node error, such as `ENOENT`; undefined when it has none. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
