import { runCli } from "../../cli/main.ts";
import type { CliResult } from "../fakes/cli.ts";

/** Variables that say something to the command line, and those that say where its requests go. */
const FOREIGN = /^(CONTAINER_INSIGHTS_|KUBERNETES_|AWS_|NO_COLOR|FORCE_COLOR)/;

/** A stream that keeps what is written to it, and is no terminal. */
interface Recorder {
  write(text: unknown): boolean;
  on(): void;
  text(): string;
}

/**
 * Runs a command in the test's own process, which takes milliseconds where a process of its own takes a second or two.
 * What only a process has is for `runBin` of ../fakes/cli.ts: the program's start and end, signals, the reader's HOME.
 * jest gives each test file a `process` of its own, so nothing outside the file sees what is replaced here.
 */
export async function runHere(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  const stdout = recorder();
  const stderr = recorder();
  const before = process.env;
  const inherited = Object.entries(before).filter(([name]) => !FOREIGN.test(name));
  const restore = [
    replace("stdout", stdout),
    replace("stderr", stderr),
    replace("exitCode", undefined),
    replace("env", { ...Object.fromEntries(inherited), AWS_EC2_METADATA_DISABLED: "true", ...env }),
  ];
  try {
    await runCli(args);
    return { code: Number(process.exitCode ?? 0), stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    for (const undo of restore) undo();
  }
}

function recorder(): Recorder {
  const parts: string[] = [];
  return {
    write: (text) => parts.push(String(text)) > 0,
    on: () => undefined,
    text: () => parts.join(""),
  };
}

/** Replaces a property of `process` and returns what puts the old one back. */
function replace(name: "stdout" | "stderr" | "exitCode" | "env", value: unknown): () => void {
  const old = Object.getOwnPropertyDescriptor(process, name) ?? { value: undefined };
  const shared = { configurable: true, enumerable: true };
  Object.defineProperty(process, name, { ...shared, writable: true, value });
  return () => void Object.defineProperty(process, name, { ...old, ...shared });
}
