import { PassThrough } from "node:stream";
import { jest } from "@jest/globals";
import { Command } from "commander";
import { silenceSdkRuntimeNotice } from "../../../cli/env.ts";
import { registerRoles } from "../../../cli/roles.ts";

/** What a command wrote, and its exit code. */
export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | string | undefined;
}

interface Terminal {
  readonly stdin: PassThrough;
}

const environment = { ...process.env };
const ownStdin = process.stdin;
const ownIsTerminal = process.stderr.isTTY;

let written = { stdout: "", stderr: "" };
let terminal: Terminal | undefined;

/** Catches what commands write, and gives them credentials. To be called before each test. */
export function catchOutput(variables: Readonly<Record<string, string>> = {}): void {
  process.env["NO_COLOR"] = "1";
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_EC2_METADATA_DISABLED: "true",
    ...variables,
  });
  silenceSdkRuntimeNotice();
  for (const stream of ["stdout", "stderr"] as const) {
    jest.spyOn(process[stream], "write").mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    });
  }
}

/** Gives everything back. To be called after each test. */
export function restoreOutput(): void {
  jest.restoreAllMocks();
  process.env = { ...environment };
  process.exitCode = undefined;
  Object.defineProperty(process, "stdin", { value: ownStdin, configurable: true });
  process.stderr.isTTY = ownIsTerminal;
  terminal = undefined;
}

/** Puts a person at a terminal, who types `answer` when asked; undefined ends the input. `whenAsked` runs before. */
export function answerWith(answer: string | undefined, whenAsked: () => void = () => {}): void {
  const stdin = new PassThrough();
  terminal = { stdin };
  Object.defineProperty(stdin, "isTTY", { value: true });
  Object.defineProperty(process, "stdin", { value: stdin, configurable: true });
  process.stderr.isTTY = true;
  jest.spyOn(process.stderr, "write").mockImplementation((text) => {
    written.stderr += String(text);
    if (String(text).includes('Only "yes"')) {
      whenAsked();
      if (answer === undefined) stdin.end();
      else stdin.write(`${answer}\n`);
    }
    return true;
  });
}

/** Runs `container-insights roles` in this process. @throws what the command throws */
export async function runRoles(...args: string[]): Promise<Ran> {
  written = { stdout: "", stderr: "" };
  const program = new Command("container-insights").option("--json").option("--quiet").exitOverride();
  registerRoles(program);
  await program.parseAsync(["roles", ...args], { from: "user" });
  terminal?.stdin.destroy();
  return { ...written, code: process.exitCode };
}
