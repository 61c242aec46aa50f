import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheRoot } from "../env.ts";
import { isRunning, type ProcessIdentity } from "./processes.ts";

/** A program that `up` started. */
export interface StartedProgram extends ProcessIdentity {
  readonly name: string;
  readonly ports: readonly number[];
  readonly log: string;
  /** ISO time. */
  readonly startedAt: string;
  /** How long it took to be ready. */
  readonly readySeconds: number;
}

/** Where everything that runs keeps its state, data and logs. */
export function runRoot(): string {
  return join(cacheRoot(), "run");
}

/** Data of a part: gone after `down`. */
export function dataDirectory(part: string): string {
  return join(runRoot(), part, "data");
}

/** Log of one program: kept after `down`. */
export function logFile(part: string, program: string): string {
  return join(runRoot(), part, `${program}.log`);
}

/** Logs of a part's programs, of those that run and of those that ran. */
export function logFiles(part: string): readonly string[] {
  const folder = join(runRoot(), part);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".log"))
    .sort()
    .map((name) => join(folder, name));
}

function stateFile(part: string): string {
  return join(runRoot(), part, "state.json");
}

/** What was started for a part and not stopped since, whether or not it still runs. */
export function startedPrograms(part: string): readonly StartedProgram[] {
  if (!existsSync(stateFile(part))) return [];
  return JSON.parse(readFileSync(stateFile(part), "utf8")) as StartedProgram[];
}

/** Programs of a part that run right now. */
export function runningPrograms(part: string): readonly StartedProgram[] {
  return startedPrograms(part).filter(isRunning);
}

/** Remembers what runs. The file is whole at any time, so a killed `up` can be stopped, too. */
export async function rememberPrograms(part: string, programs: readonly StartedProgram[]): Promise<void> {
  await mkdir(join(runRoot(), part), { recursive: true });
  if (programs.length === 0) return rm(stateFile(part), { force: true });
  await writeFile(`${stateFile(part)}.new`, `${JSON.stringify(programs, undefined, 2)}\n`);
  await rename(`${stateFile(part)}.new`, stateFile(part));
}
