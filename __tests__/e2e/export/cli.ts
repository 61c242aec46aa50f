import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { tryCommand, type CommandResult } from "../ground/command.ts";
import { childEnv } from "../ground/env.ts";
import type { ExportSources } from "./sources.ts";

const ROOT = join(import.meta.dirname, "../../..");

export const CLUSTER_ARN = "arn:aws:eks:us-east-1:123456789012:cluster/prod";

/** Where the cluster's objects are, below a sink. */
export const CLUSTER_PREFIX = "container-insights/cluster=123456789012.us-east-1.prod";

/** The recorded window. */
export const WINDOW = ["--from", "2026-11-22T09:00:00Z", "--until", "2026-11-22T12:00:00Z"] as const;

/** Where an export asks. */
export type SourceUrls = Pick<ExportSources, "prometheusUrl" | "opencostUrl">;

type Env = Readonly<Record<string, string>>;

/** The product's command line, as a person starts it. */
export async function runCli(args: readonly string[], env: Env = {}): Promise<CommandResult> {
  return tryCommand(process.execPath, ["cli/bin.mjs", ...args], { cwd: ROOT, env });
}

/** The same sources under Deno. */
export async function runCliOnDeno(args: readonly string[]): Promise<CommandResult> {
  const deno = join(ROOT, "node_modules/.bin/deno");
  return tryCommand(deno, ["run", "-A", "cli/container-insights.ts", ...args], { cwd: ROOT });
}

/** Starts the command line and kills it, without mercy, as soon as `isTime`. */
export async function killCli(
  args: readonly string[],
  isTime: () => Promise<boolean>,
  env: Env = {},
): Promise<void> {
  const child = spawn(process.execPath, ["cli/bin.mjs", ...args], {
    cwd: ROOT,
    env: childEnv(env),
    stdio: "ignore",
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  while (child.exitCode === null && !(await isTime()))
    await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(child.exitCode, null, "the run ended before it could be killed");
  child.kill("SIGKILL");
  await ended;
}

/** Arguments of `export` for the recorded window. */
export function exportArgs(sources: SourceUrls, sink: string, more: readonly string[] = []): string[] {
  const from = ["--prometheus-url", sources.prometheusUrl, "--opencost-url", sources.opencostUrl];
  return ["export", ...from, "--cluster-arn", CLUSTER_ARN, "--sink", sink, ...WINDOW, "--json", ...more];
}

/** Arguments of `verify`. */
export function verifyArgs(sink: string, more: readonly string[] = []): string[] {
  return ["verify", "--cluster-arn", CLUSTER_ARN, "--sink", sink, "--json", ...more];
}

/** What `export --json` says. */
export interface ExportReport {
  readonly exported: readonly { dataset: string; hour: string; how: string; rows: number; bytes: number }[];
  readonly failed: readonly { dataset: string; hour: string; error: string; reason: string }[];
  readonly committedBefore: number;
}

/** What `verify --json` says. */
export interface VerifyFindings {
  readonly datasetHours: number;
  readonly rows: number;
  readonly findings: readonly { problem: string; dataset: string | null; hour: string | null; key: string }[];
}

/** Runs `export`, which must succeed, and returns its report. */
export async function exportHours(args: readonly string[], env: Env = {}): Promise<ExportReport> {
  return parseReport<ExportReport>(await runCli(args, env), 0);
}

/** Reads the JSON of a run that has to end with `code`. */
export function parseReport<T>(result: CommandResult, code: number): T {
  assert.equal(result.code, code, `exit code ${result.code}\n${result.stderr}\n${result.stdout}`);
  return JSON.parse(result.stdout) as T;
}

/** Asserts that a run was refused with `code` and exactly one line that matches, without a stack trace. */
export function assertRefused(result: CommandResult, code: number, line: RegExp): void {
  const errors = assertFailed(result, code).filter((text) => text.startsWith("error: "));
  assert.equal(errors.length, 1, `not one error but ${errors.length}:\n${result.stderr}`);
  assert.match(errors[0] ?? "", line);
}

/** Asserts that a run ended with `code`, `count` lines about failed hours that match, and no stack trace. */
export function assertHoursFailed(result: CommandResult, code: number, count: number, line: RegExp): void {
  const failures = assertFailed(result, code).filter((text) => text.startsWith("✗ "));
  assert.equal(failures.length, count, result.stderr);
  for (const failure of failures) assert.match(failure, line);
}

function assertFailed({ code: found, stderr, stdout }: CommandResult, code: number): string[] {
  assert.equal(found, code, `exit code ${found}\n${stderr}\n${stdout}`);
  const lines = stderr.split("\n");
  assert.ok(!lines.some((text) => /^\s+at .+:\d+:\d+/.test(text)), `a stack trace was printed:\n${stderr}`);
  return lines;
}
