// Runs one variant in a process of its own, so that its memory and CPU are only its own: node child.ts <variant> <url> <file>
import type { Variant } from "./variants.ts";

const [variant, url, file] = process.argv.slice(2) as [string, string, string];
// Loaded by name: the floor must not pay for the libraries of the others.
const { run } = (await import(`./variants/${variant}.ts`)) as { readonly run: Variant };
await run(url, file);
const usage = process.resourceUsage();
// maxRSS is KiB on Linux.
console.log(
  JSON.stringify({ cpuMs: (usage.userCPUTime + usage.systemCPUTime) / 1000, maxRssMiB: usage.maxRSS / 1024 }),
);
