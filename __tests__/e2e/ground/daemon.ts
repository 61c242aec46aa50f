import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { lastLines } from "./command.ts";
import { childEnv } from "./env.ts";

/** A program that runs until it is stopped. */
export interface Daemon {
  readonly name: string;
  readonly pid: number;
  /** Ends the process by its pid: politely, then for certain. Safe to call twice. */
  stop(): Promise<void>;
}

/** What to start, and how to know that it is ready. */
export interface DaemonSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** File that takes both outputs. */
  readonly log: string;
  /** Answers true once the program serves. */
  readonly ready: () => Promise<boolean>;
  /** @default 60 */
  readonly readySeconds?: number;
}

const POLL_MS = 200;
const GRACE_MS = 5_000;

const running = new Set<ChildProcess>();

// Whatever ends this process, nothing it started is left behind.
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/**
 * Starts a program and waits until it is ready.
 * @throws Error with the end of its log when it ends early or is not ready in time; it is stopped then
 */
export async function startDaemon(spec: DaemonSpec): Promise<Daemon> {
  const log = openSync(spec.log, "a");
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd,
    env: childEnv(spec.env),
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  running.add(child);
  child.once("exit", () => running.delete(child));
  const failed = new Promise<Error>((resolve) => child.on("error", resolve));
  const stop = (): Promise<void> => stopChild(child);
  const deadline = Date.now() + (spec.readySeconds ?? 60) * 1000;
  while (!(await isReady(spec.ready))) {
    const error = await Promise.race([failed, sleep(POLL_MS, undefined)]);
    if (!error && child.exitCode === null && Date.now() < deadline) continue;
    await stop();
    const reason = error?.message ?? (child.exitCode === null ? "was not ready in time" : "ended at once");
    throw new Error(`starting ${spec.name}: ${reason}\n${lastLines(readFileSync(spec.log, "utf8"), 15)}`);
  }
  return { name: spec.name, pid: child.pid ?? 0, stop };
}

async function isReady(ready: () => Promise<boolean>): Promise<boolean> {
  try {
    return await ready();
  } catch {
    return false; // not listening yet
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  await Promise.race([ended, sleep(GRACE_MS)]);
  if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
  await ended;
}

/** True when `url` answers with any status below 500. */
export async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  await response.arrayBuffer();
  return response.status < 500;
}

/** A port on the loopback interface that nothing listens on right now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("no port was given by the system");
  return address.port;
}
