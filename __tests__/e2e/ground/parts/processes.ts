import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { lastLines } from "../command.ts";
import { childEnv } from "../env.ts";
import type { Program } from "./part.ts";

/** A process that cannot be mistaken for a later one with the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Ticks between the machine's start and the process's, as /proc says. */
  readonly startTicks: string;
}

const POLL_MS = 200;
const GRACE_MS = 15_000;
const PROGRAM_READY_SECONDS = 90;

/**
 * Starts a program that outlives this process, and waits until it is ready.
 * @param onStart is told before the wait, so that the program can be stopped when this process ends meanwhile
 * @throws Error with the end of its log when it ends early or is not ready in time; it is stopped then
 */
export async function startProgram(
  program: Program,
  log: string,
  onStart: (identity: ProcessIdentity) => Promise<void> = () => Promise.resolve(),
): Promise<ProcessIdentity> {
  for (const port of program.ports) await refuseTakenPort(program.name, port);
  const output = openSync(log, "a");
  const earlier = fstatSync(output).size;
  const child = spawn(program.command, program.args, {
    cwd: program.cwd,
    env: childEnv(program.env),
    stdio: ["ignore", output, output],
    detached: true,
  });
  closeSync(output);
  const failed = new Promise<Error>((resolve) => child.on("error", resolve));
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity !== undefined) await onStart(identity);
  const reason = await waitUntilReady(program, child, failed);
  child.unref();
  if (reason === undefined && identity !== undefined) return identity;
  if (identity !== undefined) await stopProcess(identity);
  const said = lastLines(readFileSync(log).subarray(earlier).toString(), 15);
  throw new Error(`Starting ${program.name}: ${reason ?? "it ended at once"}\n${said}\nThe log is "${log}"`);
}

async function waitUntilReady(
  program: Program,
  child: ChildProcess,
  failed: Promise<Error>,
): Promise<string | undefined> {
  const seconds = program.readySeconds ?? PROGRAM_READY_SECONDS;
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const error = await Promise.race([failed, sleep(POLL_MS, undefined)]);
    if (error) return error.message;
    if (child.exitCode !== null || child.signalCode !== null) return "it ended before it was ready";
    if (await program.ready().catch(() => false)) return undefined; // a refused connection: not listening yet
    if (Date.now() > deadline) return `it was not ready after ${seconds} s`;
  }
}

async function refuseTakenPort(name: string, port: number): Promise<void> {
  const taken = await new Promise<boolean>((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("close", () => resolve(false));
    setTimeout(() => socket.destroy(), 1_000).unref();
    socket.once("connect", () => socket.destroy());
  });
  if (taken)
    throw new Error(
      `Starting ${name}: port "${port}" is taken by a program that the ground did not start; stop it first`,
    );
}

/** Ends a process: politely, then for certain. A process that took over the pid is left alone. */
export async function stopProcess(identity: ProcessIdentity): Promise<void> {
  const deadline = Date.now() + GRACE_MS;
  signal(identity, "SIGTERM");
  while (isRunning(identity) && Date.now() < deadline) await sleep(50);
  signal(identity, "SIGKILL");
  while (isRunning(identity)) await sleep(50);
}

function signal(identity: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isRunning(identity)) return;
  try {
    process.kill(identity.pid, name);
  } catch (error) {
    // It may end between the look and the signal.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Whether that very process still runs; one that ended and waits to be collected does not. */
export function isRunning({ pid, startTicks }: ProcessIdentity): boolean {
  const stat = readStat(pid);
  return stat !== undefined && stat.state !== "Z" && stat.startTicks === startTicks;
}

function identify(pid: number): ProcessIdentity | undefined {
  const stat = readStat(pid);
  return stat && { pid, startTicks: stat.startTicks };
}

/** Bytes of memory that a process holds; 0 when it is gone. */
export function residentBytes(pid: number): number {
  try {
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kib ?? 0) * 1024;
  } catch {
    return 0; // gone
  }
}

function readStat(pid: number): { state: string; startTicks: string } | undefined {
  try {
    // The second field, a program's name in parentheses, may hold spaces and parentheses itself: proc_pid_stat(5).
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return { state: fields[0] ?? "", startTicks: fields[19] ?? "" };
  } catch {
    return undefined; // no such process
  }
}
