import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { childEnv } from "./env.ts";

/** What a finished command said. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is run. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Both outputs are also appended here. */
  readonly log?: string;
  /** @default 600 */
  readonly timeoutSeconds?: number;
  /** Told the process that was started. */
  readonly onStart?: (pid: number) => void;
}

const TAIL_LINES = 25;

/** Runs a command to its end and returns what it said, whatever its exit code. */
export async function tryCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: childEnv(options.env),
    stdio: ["ignore", "pipe", "pipe"],
    timeout: (options.timeoutSeconds ?? 600) * 1000,
    killSignal: "SIGKILL",
  });
  if (child.pid !== undefined) options.onStart?.(child.pid);
  const log = options.log ? createWriteStream(options.log, { flags: "a" }) : undefined;
  log?.write(`$ ${[command, ...args].join(" ")}\n`);
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8");
    child[name].on("data", (text: string) => {
      output[name] += text;
      log?.write(text);
    });
  }
  const code = await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exit, signal) => resolve(exit ?? (signal ? 128 : 1)));
  });
  log?.end();
  return { code, ...output };
}

/**
 * Runs a command that must succeed.
 * @throws Error with the command, its exit code and the end of what it said
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const result = await tryCommand(command, args, options);
  if (result.code !== 0) {
    const said = lastLines(`${result.stdout}\n${result.stderr}`, TAIL_LINES);
    throw new Error(`"${[command, ...args].join(" ")}" ended with ${result.code}\n${said}`);
  }
  return result;
}

/** The last `count` non-empty lines of `text`. */
export function lastLines(text: string, count: number): string {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-count)
    .join("\n");
}
