import { mkdir, rm } from "node:fs/promises";
import type { Part, Program } from "./part.ts";
import { startProgram, stopProcess, type ProcessIdentity } from "./processes.ts";
import {
  dataDirectory,
  logFile,
  rememberPrograms,
  runningPrograms,
  startedPrograms,
  type StartedProgram,
} from "./run-state.ts";

/**
 * Starts what of a part does not run yet.
 * @throws Error when a program cannot be started; what the part already runs stays, for `logs` and `down`
 */
export async function startPart(part: Part): Promise<readonly StartedProgram[]> {
  const data = dataDirectory(part.name);
  await mkdir(data, { recursive: true });
  await part.install();
  for (const program of await part.prepare(data)) await startIfDown(part, program);
  await part.afterUp?.(data);
  return runningPrograms(part.name);
}

async function startIfDown(part: Part, program: Program): Promise<void> {
  const running = runningPrograms(part.name);
  if (running.some(({ name }) => name === program.name)) return;
  const log = logFile(part.name, program.name);
  const start = performance.now();
  const remember = (identity: ProcessIdentity): Promise<void> =>
    rememberProgram(part, {
      ...identity,
      name: program.name,
      ports: program.ports,
      log,
      startedAt: new Date(Date.now() - (performance.now() - start)).toISOString(),
      readySeconds: (performance.now() - start) / 1000,
    });
  // Twice: before it is ready so that a killed "up" can be stopped, and then with its time.
  await remember(await startProgram(program, log, remember));
}

async function rememberProgram(part: Part, started: StartedProgram): Promise<void> {
  // In its old place when it ran before: programs are stopped in the reverse of this order.
  const others = startedPrograms(part.name);
  const place = others.findIndex(({ name }) => name === started.name);
  await rememberPrograms(
    part.name,
    place < 0 ? [...others, started] : others.map((other, index) => (index === place ? started : other)),
  );
}

/** Stops one program of a part that is up, and starts it again with the data that it had. */
export async function restartProgram(part: Part, name: string): Promise<void> {
  const program = (await part.prepare(dataDirectory(part.name))).find((one) => one.name === name);
  const running = runningPrograms(part.name).find((one) => one.name === name);
  if (!program || !running) throw new Error(`Restarting ${name}: the part "${part.name}" does not run it`);
  await stopProcess(running);
  await startIfDown(part, program);
}

/**
 * Stops a part's programs, the last started first, and takes back what they left on the machine. Its data are
 * deleted unless `keepData`; its logs stay. Safe to call for a part that is down.
 */
export async function stopPart(part: Part, options: { keepData: boolean }): Promise<number> {
  const data = dataDirectory(part.name);
  const programs = startedPrograms(part.name);
  for (const program of [...programs].reverse()) await stopProcess(program);
  await part.afterDown?.(data);
  if (!options.keepData) await rm(data, { recursive: true, force: true });
  await rememberPrograms(part.name, []);
  return programs.length;
}
