import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LocalLambda } from "../../__tests__/support/lambda-runtime/local-lambda.ts";
import type { CallCounts } from "./account.ts";

/** One invocation, or several where one did not come to an end. */
export interface Run {
  readonly title: string;
  readonly invocations: number;
  readonly wallMs: number;
  /** What the process computed meanwhile; its start is not in it. */
  readonly cpuMs: number;
  readonly peakRssMiB: number;
  /** Of what the function prints: one line is one event of the log, of which CloudWatch takes 256 KB. */
  readonly longestLineBytes: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly reads: CallCounts;
  readonly writes: CallCounts;
}

/** More invocations than this are no progress. */
const MAX_INVOCATIONS = 10;

const READ = /^(List|Get|Describe)/;

/** As EventBridge sends it by a schedule. */
export const SCHEDULED = { source: "aws.events", "detail-type": "Scheduled Event" };

/**
 * Invokes a function that has a process until its run is complete.
 * @param control where the loopback AWS tells its calls
 * @throws Error with the function's own when it fails otherwise
 */
export async function measureRun(
  lambda: LocalLambda,
  title: string,
  event: object,
  control: string,
): Promise<Run> {
  await (await fetch(control)).json(); // forget the calls before
  const cpuBefore = lambda.usage.cpuMs;
  const linesBefore = lambda.lines.length;
  const before = performance.now();
  for (let invocations = 1; invocations <= MAX_INVOCATIONS; invocations++) {
    const result = await lambda.invoke(event);
    if (result.state === "error" && result.errorMessage.includes('ended as "incomplete"')) continue;
    const wallMs = performance.now() - before;
    if (result.state !== "answered") throw new Error(`${title}: ${JSON.stringify(result)}`);
    const calls = Object.entries((await (await fetch(control)).json()) as CallCounts);
    return {
      title,
      invocations,
      wallMs: Math.round(wallMs),
      cpuMs: Math.round(lambda.usage.cpuMs - cpuBefore),
      peakRssMiB: Math.round(lambda.usage.peakRssKib / 102.4) / 10,
      longestLineBytes: Math.max(
        0,
        ...lambda.lines.slice(linesBefore).map((line) => Buffer.byteLength(line)),
      ),
      counts: (result.value as { counts: Record<string, number> }).counts,
      reads: Object.fromEntries(calls.filter(([api]) => READ.test(api)).sort()),
      writes: Object.fromEntries(calls.filter(([api]) => !READ.test(api)).sort()),
    };
  }
  throw new Error(`${title} is still incomplete after ${MAX_INVOCATIONS} invocations`);
}

/** One start of a process: until it asks for work, and of that until its code was loaded; CPU and memory by then. */
export interface ColdStart {
  readonly initMs: number;
  readonly importMs: number;
  readonly cpuMs: number;
  readonly rssMiB: number;
}

/** Starts and stops a function. @throws Error when it cannot start */
export async function measureColdStart(lambda: LocalLambda): Promise<ColdStart> {
  await lambda.start();
  try {
    const failure = await lambda.initialize();
    if (failure) throw new Error(`cannot start the function: ${JSON.stringify(failure)}`);
    const { importMs, cpuMs, peakRssKib } = lambda.usage;
    return { initMs: lambda.initMs, importMs, cpuMs, rssMiB: peakRssKib / 1024 };
  } finally {
    await lambda.stop();
  }
}

/** A handler that does nothing, under the names of both entries: what the runtime itself takes. */
export function emptyCode(directory: string, entries: readonly string[]): string {
  const code = join(directory, "empty");
  mkdirSync(code);
  for (const entry of entries) {
    writeFileSync(join(code, `${entry}.js`), "exports.handler = async () => ({ counts: {} });\n");
  }
  return code;
}
