// Runs one variant in a process of its own, so that its memory and CPU are only its own: node child.ts <variant> <url> <file>
import type { Variant } from "./variants.ts";

// What is measured is from the request to the closed file: loading the code, here TypeScript through tsx, is none of it.
const [variant, url, file] = process.argv.slice(2) as [string, string, string];
// Loaded by name: the floor must not pay for the libraries of the others.
const { run } = (await import(`./variants/${variant}.ts`)) as { readonly run: Variant };
const begun = performance.now();
const before = process.cpuUsage();
await run(url, file);
const { user, system } = process.cpuUsage(before);
const wallMs = performance.now() - begun;
// maxRSS is KiB on Linux, and of the whole process.
const maxRssMiB = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ wallMs, cpuMs: (user + system) / 1000, maxRssMiB }));
