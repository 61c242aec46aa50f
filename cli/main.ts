import { CommanderError } from "commander";
import picocolors from "picocolors";
import { ConfigError, TransientError } from "../agent-src/export/errors.ts";
import { DamagedDataError } from "./damaged-data-error.ts";
import { readPrintEnvironment, silenceSdkRuntimeNotice } from "./env.ts";
import { EXIT, exitWith } from "./exit-codes.ts";
import { printable } from "./printable.ts";
import { createProgram } from "./program.ts";
import { stringify } from "./terminal.ts";

/** Runs the command line; sets the exit code and never throws. */
export async function runCli(args: readonly string[]): Promise<void> {
  // A reader that stops reading, such as head, is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  silenceSdkRuntimeNotice();
  try {
    const program = await createProgram(args);
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    report(error, args);
  }
}

function report(error: unknown, args: readonly string[]): void {
  if (error instanceof CommanderError && error.exitCode === 0) return;
  const code = exitCodeOf(error, args);
  exitWith(code);
  // Called without a command: commander has printed the help already.
  if (error instanceof CommanderError && error.code === "commander.help") return;
  const lines = messageOf(error).split("\n");
  if (args.includes("--json")) process.stdout.write(`${stringify({ error: lines, exitCode: code })}\n`);
  const { noColor, forceColor } = readPrintEnvironment();
  const color = picocolors.createColors(!noColor && (forceColor || process.stderr.isTTY === true));
  for (const line of lines) process.stderr.write(`${color.red("error:")} ${printable(line)}\n`);
  if (args.includes("--debug") && error instanceof Error)
    process.stderr.write(`${printable(stacks(error))}\n`);
}

function exitCodeOf(error: unknown, args: readonly string[]): number {
  // As terraform: 2 means that changes are pending, so a wrong flag must not be 2, too.
  if (args.includes("--detailed-exitcode")) return EXIT.unexpected;
  if (error instanceof DamagedDataError) return EXIT.findings;
  if (error instanceof CommanderError || error instanceof ConfigError) return EXIT.usage;
  return error instanceof TransientError ? EXIT.unreachable : EXIT.unexpected;
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  // commander puts its own "error: " in front, and a suggestion on a line of its own.
  return error instanceof CommanderError ? text.replace(/^error: /, "").replace(/\n\(/, " (") : text;
}

function stacks(error: Error): string {
  const own = error.stack ?? error.message;
  return error.cause instanceof Error ? `${own}\ncaused by ${stacks(error.cause)}` : own;
}
