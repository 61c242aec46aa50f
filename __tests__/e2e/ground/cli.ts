import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { lastLines } from "./command.ts";
import { startPart } from "./parts/lifecycle.ts";
import { holdingTheGround } from "./parts/lock.ts";
import { onlyNamed, withDependents, withNeeds } from "./parts/order.ts";
import { PARTS } from "./parts/registry.ts";
import { stopParts } from "./parts/teardown.ts";
import { partFacts, programStatuses, statusTable } from "./parts/report.ts";
import { logFiles, runRoot } from "./parts/run-state.ts";

const EXAMPLES = `
Examples:
  npm run ground -- install                    build and unpack every part; minutes the first time
  npm run ground -- up prometheus opencost     the recorded hours, and OpenCost's answers to them
  npm run ground -- up node                    a real cluster with a real node (needs root)
  npm run ground -- status --json
  npm run ground -- logs kubernetes
  npm run ground -- down                       stop everything, and take back every mount, interface and rule`;

interface Options {
  readonly json: boolean;
}

/** Runs what starts or stops parts while no other process does. */
function alone<Given extends unknown[]>(
  command: (...given: Given) => Promise<void>,
): (...given: Given) => Promise<void> {
  const onWait = (): void => console.error("Waiting for another process that starts or stops parts …");
  return (...given) => holdingTheGround(() => command(...given), { onWait });
}

/** What a command tells: lines for a person, or one JSON document. */
function tell(options: Options, text: string): void {
  if (!options.json) console.log(text);
}

function elapsed(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

async function install(names: readonly string[], options: Options): Promise<void> {
  const installed: { part: string; seconds: number }[] = [];
  for (const part of withNeeds(PARTS, names)) {
    const start = performance.now();
    tell(options, `${part.name.padEnd(20)} …`); // the first time it may take minutes
    await part.install();
    installed.push({ part: part.name, seconds: (performance.now() - start) / 1000 });
    tell(options, `${part.name.padEnd(20)} ${elapsed(start)}`);
  }
  if (options.json) console.log(JSON.stringify(installed, undefined, 2));
}

async function up(names: readonly string[], options: Options): Promise<void> {
  const begin = performance.now();
  for (const part of withNeeds(PARTS, names)) {
    const start = performance.now();
    await startPart(part);
    tell(options, `${part.name.padEnd(20)} up after ${elapsed(start)}`);
  }
  tell(options, `all up after ${elapsed(begin)}\n`);
  status(names, options);
}

async function down(names: readonly string[], options: Options & { keepData: boolean }): Promise<void> {
  const stopped: { part: string; programs: number }[] = [];
  await stopParts(withDependents(PARTS, names), {
    keepData: options.keepData,
    tell: (part, programs) => {
      stopped.push({ part: part.name, programs });
      if (programs > 0) tell(options, `${part.name.padEnd(20)} down`);
    },
  });
  if (options.json) console.log(JSON.stringify(stopped, undefined, 2));
}

function status(names: readonly string[], options: Options): void {
  const parts = names.length > 0 ? withNeeds(PARTS, names) : PARTS;
  const programs = programStatuses(parts);
  const facts = partFacts(parts);
  if (programs.some(({ running }) => !running)) process.exitCode = 1;
  if (options.json) return console.log(JSON.stringify({ programs, facts }, undefined, 2));
  console.log(statusTable(programs));
  for (const [name, value] of Object.entries(facts)) console.log(`${name}=${value}`);
}

async function logs(names: readonly string[], options: Options & { lines: number }): Promise<void> {
  const lines: Record<string, string[]> = {};
  for (const log of onlyNamed(PARTS, names).flatMap(({ name }) => logFiles(name))) {
    const program = basename(log, ".log");
    const end = lastLines(await readFile(log, "utf8"), options.lines);
    lines[program] = end.split("\n");
    tell(options, `== ${program} (${log})\n${end}`);
  }
  if (options.json) console.log(JSON.stringify(lines, undefined, 2));
}

function lineCount(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new InvalidArgumentError("It has to be a whole number, 1 or more.");
}

function partList(): string {
  return PARTS.map(({ name, about, needs, onDemand }) => {
    const after = needs.length > 0 ? ` (needs ${needs.join(", ")})` : "";
    return `  ${name.padEnd(22)}${about}${after}${onDemand ? "; on demand" : ""}`;
  }).join("\n");
}

const ABOUT_PARTS = `
Parts. When none is named, "install" and "up" take all but those on demand, the others all:`;

function program(): Command {
  const ground = new Command("ground")
    .description("Installs, starts and stops the pieces that the tests stand on.")
    .addHelpText("after", `${ABOUT_PARTS}\n${partList()}\n${EXAMPLES}\n\nFiles: ${runRoot()}`);
  const command = (name: string, about: string): Command =>
    ground.command(`${name} [part...]`).description(about).option("--json", "tell it as JSON", false);
  command("install", "Build or unpack the parts, and what they need, into the cache.").action(alone(install));
  command("up", "Start the parts, and what they need. What is up stays as it is.").action(alone(up));
  command("down", "Stop the parts, and what needs them.")
    .option("--keep-data", "leave what they stored for the next start", false)
    .action(alone(down));
  command("status", "What is up: ports, memory, start times. Exit code 1 when something died.").action(
    status,
  );
  command("logs", "The end of the parts' logs, also of what is down.")
    .option("--lines <count>", "lines of each log", lineCount, 20)
    .action(logs);
  return ground;
}

// A reader such as `head` closes its end early; what is being started goes on.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

try {
  await program().parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
