import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

/** A TypeScript file as a process of its own. Its standard error is ours. */
export function startScript(file: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ["--import", "tsx", file, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** The first line a process prints, parsed. @throws Error when it ends before */
export async function firstLine<T>(child: ChildProcess): Promise<T> {
  if (!child.stdout) throw new Error("the process has no output to read");
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line) as T;
  throw new Error(`"${child.spawnargs.join(" ")}" ended without a line of output`);
}

/** Waits for the end. @throws Error when it failed */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise((resolve) => child.once("exit", resolve));
  }
  if (child.exitCode !== 0)
    throw new Error(`"${child.spawnargs.join(" ")}" failed with ${child.exitCode ?? child.signalCode}`);
}
