import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { childEnvironment } from "./env.ts";

/** A script of the project in a process of its own, under the runtime that runs this one: Node or Deno. */
function start(
  root: string,
  script: string,
  args: readonly string[],
  options: {
    readonly stdin: "pipe" | "ignore";
    readonly stdout: "pipe" | "inherit";
    readonly env?: NodeJS.ProcessEnv;
  },
): ChildProcess {
  const runtimeArgs = isDeno() ? ["run", "-A", script] : ["--import", "tsx", script];
  return spawn(process.execPath, [...runtimeArgs, ...args], {
    cwd: root,
    env: childEnvironment(options.env),
    stdio: [options.stdin, options.stdout, "inherit"],
  });
}

/** Whether this runs under Deno. */
export function isDeno(): boolean {
  return "Deno" in globalThis;
}

/**
 * Runs a script to its end.
 * @throws Error when it ends with anything but 0
 */
export async function runScript(root: string, script: string, env: NodeJS.ProcessEnv): Promise<void> {
  const child = start(root, script, [], { stdin: "ignore", stdout: "inherit", env });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`"${script}" ended with exit code ${code}; run it alone to see more`);
}

/** A running script that has said its first line. */
export interface Service {
  readonly firstLine: string;
  /** Ends its standard input, and waits for its end. */
  stop(): Promise<void>;
}

/**
 * Starts a script that says one line when it is ready and runs until its standard input ends.
 * @throws Error when it ends before that line
 */
export async function startService(root: string, script: string, args: readonly string[]): Promise<Service> {
  const child = start(root, script, args, { stdin: "pipe", stdout: "pipe" });
  const exited = once(child, "exit") as Promise<[number | null]>;
  if (!child.stdout || !child.stdin) throw new Error(`"${script}" was started without pipes`);
  const lines = createInterface({ input: child.stdout });
  const firstLine = await Promise.race([
    once(lines, "line").then(([line]) => String(line)),
    exited.then(([code]) =>
      Promise.reject(new Error(`"${script}" ended with exit code ${code} at its start`)),
    ),
  ]);
  const { stdin } = child;
  return {
    firstLine,
    async stop() {
      stdin.end();
      await exited;
    },
  };
}
