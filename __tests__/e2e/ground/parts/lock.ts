import { createHash } from "node:crypto";
import { createServer, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { runRoot } from "./run-state.ts";

const POLL_MS = 250;

/**
 * Runs `work` while no other process starts or stops parts with the same cache. The lock is a socket's name in
 * Linux's abstract namespace (unix(7)): one process can have it, and it ends with the process, so that a killed one
 * leaves nothing to clean up.
 * @param onWait is called once when another process holds the lock
 * @throws Error when it is still held after `waitSeconds`
 */
export async function holdingTheGround<T>(
  work: () => Promise<T>,
  { waitSeconds = 600, onWait }: { readonly waitSeconds?: number; readonly onWait?: () => void } = {},
): Promise<T> {
  const lock = await acquire(lockName(runRoot()), waitSeconds, onWait);
  try {
    return await work();
  } finally {
    await new Promise((resolve) => lock.close(resolve));
  }
}

function lockName(root: string): string {
  const hash = createHash("sha256").update(root).digest("hex").slice(0, 16);
  return `\0container-insights-ground-${hash}`;
}

async function acquire(name: string, waitSeconds: number, onWait?: () => void): Promise<Server> {
  const deadline = Date.now() + waitSeconds * 1000;
  for (let tries = 0; ; tries++) {
    const server = await listen(name);
    if (server) return server;
    if (tries === 0) onWait?.();
    if (Date.now() >= deadline) {
      throw new Error(
        `Another process has been starting, stopping or testing the ground for ${waitSeconds} s; ` +
          `wait for it, or name another cache in CONTAINER_INSIGHTS_CACHE`,
      );
    }
    await sleep(POLL_MS);
  }
}

/** The listening server, or undefined when another process has the name. */
function listen(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once("listening", () => resolve(server));
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
    );
    server.listen(name);
  });
}
