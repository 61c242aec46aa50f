import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { transform } from "esbuild";
import { RuntimeApi, type Invocation, type Usage } from "./runtime-api.ts";

/** One Lambda function, as its configuration has it. */
export interface LocalLambdaOptions {
  /** The unpacked archive. The bootstrap is written into it. */
  readonly code: string;
  /** `<file>.<export>` */
  readonly handler: string;
  readonly functionArn: string;
  readonly memoryMiB: number;
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * A function in a process of its own behind a Runtime API on loopback: the environment holds what Lambda gives and
 * nothing of the caller's; the first invocation starts the process, later ones find it warm; an invocation that takes too
 * long ends it.
 */
export class LocalLambda {
  /** What it printed, line by line. */
  readonly lines: string[] = [];
  /** From the start of the process to its first question for work. */
  initMs = 0;
  readonly #options: LocalLambdaOptions;
  readonly #api: RuntimeApi;
  #address = "";
  #child: ChildProcess | undefined;

  constructor(options: LocalLambdaOptions) {
    this.#options = options;
    this.#api = new RuntimeApi(options.functionArn);
  }

  get usage(): Usage {
    return this.#api.usage;
  }

  /** Of the process, while there is one. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts the Runtime API. Nothing of the function runs before it is invoked. */
  async start(): Promise<void> {
    await this.#writeBootstrap();
    this.#address = await this.#api.start();
  }

  /** At one stroke: functions that share an unpacked archive may be starting from the file. */
  async #writeBootstrap(): Promise<void> {
    const file = join(this.#options.code, "bootstrap.mjs");
    const draft = `${file}.${randomUUID()}`;
    await writeFile(draft, await bootstrapCode());
    await rename(draft, file);
  }

  /** Starts the process, as provisioned concurrency would. @returns why it cannot run, undefined when it waits for work */
  async initialize(): Promise<Invocation | undefined> {
    const initialized = this.#api.expectProcess();
    const before = performance.now();
    this.#child = this.#spawn();
    const failure = await initialized;
    this.initMs = performance.now() - before;
    return failure;
  }

  async invoke(event: unknown, timeoutMs = this.#options.timeoutMs): Promise<Invocation> {
    if (!this.#child) {
      const failure = await this.initialize();
      if (failure) return failure;
    }
    const timer = setTimeout(() => this.kill(`Task timed out after ${timeoutMs / 1000} seconds`), timeoutMs);
    try {
      return await this.#api.invoke(event, Date.now() + timeoutMs);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the process at once, in the middle of whatever it does. The next invocation starts another. */
  kill(reason = "killed"): void {
    this.#child?.kill("SIGKILL");
    this.#gone(this.#child, reason);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.kill("stopped");
    if (child && child.exitCode === null && child.signalCode === null) {
      await new Promise((resolve) => child.once("exit", resolve));
    }
    await this.#api.stop();
  }

  #gone(child: ChildProcess | undefined, reason: string): void {
    if (child === undefined || child !== this.#child) return;
    this.#child = undefined;
    this.#api.processEnded(reason);
  }

  #spawn(): ChildProcess {
    const { code, handler, functionArn, memoryMiB, environment } = this.#options;
    // As the bootstrap of Lambda's images does: a tenth of the memory for new objects, the rest for old ones.
    const young = Math.floor(memoryMiB / 10);
    const limits = [
      `--max-semi-space-size=${Math.floor(young / 2)}`,
      `--max-old-space-size=${memoryMiB - young}`,
    ];
    const child = spawn(process.execPath, [...limits, join(code, "bootstrap.mjs")], {
      cwd: code,
      env: {
        ...environment,
        _HANDLER: handler,
        LAMBDA_TASK_ROOT: code,
        AWS_LAMBDA_RUNTIME_API: this.#address,
        AWS_LAMBDA_FUNCTION_NAME: functionArn.split(":").at(-1),
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMiB),
        AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x",
        TZ: ":UTC",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) this.#collect(stream);
    child.once("exit", (status, signal) => this.#gone(child, `the process ended with ${status ?? signal}`));
    return child;
  }

  #collect(stream: NodeJS.ReadableStream): void {
    let rest = "";
    stream.setEncoding("utf8").on("data", (text: string) => {
      const lines = `${rest}${text}`.split("\n");
      rest = lines.pop() ?? "";
      this.lines.push(...lines);
    });
  }
}

/** The bootstrap as JavaScript, for a process without a loader. */
async function bootstrapCode(): Promise<string> {
  const source = await readFile(join(import.meta.dirname, "bootstrap.ts"), "utf8");
  return (await transform(source, { loader: "ts", format: "esm", target: "node20" })).code;
}
