import type { RunVitals } from "../agent-src/export/run-report.ts";

/** What the process itself has used. */
export function readVitals(): RunVitals {
  // Kibibytes in both runtimes and on every system: libuv converts where the kernel counts in bytes.
  return { peakRssBytes: process.resourceUsage().maxRSS * 1024 };
}
