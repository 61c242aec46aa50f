// Loaded before the bundle (node --import): says on descriptor 3, when the process ends, what it took.
import { readFileSync, writeSync } from "node:fs";

process.on("exit", () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  // Not maxRSS of resourceUsage(): that begins with what the parent had when it started this process.
  const kibibytes = Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
  writeSync(3, JSON.stringify({ maxRssMiB: kibibytes / 1024, cpuMs: (userCPUTime + systemCPUTime) / 1000 }));
});
