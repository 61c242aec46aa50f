import { readFileSync } from "node:fs";

/** Most memory that a process held, as far as it was looked at. */
export interface PeakMemory {
  /** Looks at a process from now on, five times a second, until it ends. */
  readonly watch: (pid: number) => void;
  bytes(): number;
}

const LOOK_MS = 200;

/** Watches what a process holds at most, by the kernel's own high-water mark. */
export function watchPeakMemory(): PeakMemory {
  let bytes = 0;
  return {
    watch(pid) {
      const timer = setInterval(() => {
        const now = peakBytesOf(pid);
        if (now === 0) clearInterval(timer);
        bytes = Math.max(bytes, now);
      }, LOOK_MS);
      timer.unref();
    },
    bytes: () => bytes,
  };
}

/** Most bytes of memory that a running process held so far; 0 when it is gone. */
export function peakBytesOf(pid: number): number {
  try {
    const kib = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kib ?? 0) * 1024;
  } catch {
    return 0; // gone
  }
}
