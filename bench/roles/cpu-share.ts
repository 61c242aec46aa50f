import { readdirSync, readFileSync } from "node:fs";

const PERIOD_MS = 20;

/** CPU time of all threads of a process so far, in ms; undefined when it is gone. Linux only. */
function cpuMsOf(pid: number): number | undefined {
  try {
    const tasks = `/proc/${pid}/task`;
    const nanoseconds = readdirSync(tasks).map((task) =>
      Number(readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ")[0]),
    );
    return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6;
  } catch {
    return undefined;
  }
}

/**
 * Keeps a process to a share of one CPU, as Lambda does by memory: in each 20 ms that share of them, and what it took too
 * much it waits for. What it did not take is lost. Stopped and continued by signals, so it is coarse: some ms late.
 * @returns what ends it
 */
export function limitCpu(pid: number, share: number): () => void {
  let credit = 0;
  let stopped = false;
  let seenMs = performance.now();
  let usedMs = cpuMsOf(pid) ?? 0;
  const timer = setInterval(() => {
    const now = performance.now();
    const used = cpuMsOf(pid);
    if (used === undefined) return clearInterval(timer);
    credit = Math.min(credit + (now - seenMs) * share - (used - usedMs), PERIOD_MS * share);
    [seenMs, usedMs] = [now, used];
    if (stopped === credit < 0) return;
    stopped = credit < 0;
    process.kill(pid, stopped ? "SIGSTOP" : "SIGCONT");
  }, 2);
  return () => {
    clearInterval(timer);
    if (stopped) process.kill(pid, "SIGCONT");
  };
}
