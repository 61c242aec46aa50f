/** The one gate: `npm run check`. Runs every check, prints one line each, exits 1 if one failed. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentReaders, importCycles, importViolations } from "./imports.ts";
import { brokenLinks } from "./links.ts";

const ROOT = join(import.meta.dirname, "..");
const BIN = join(ROOT, "node_modules", ".bin");

interface Check {
  readonly name: string;
  /** What is wrong, a line each; nothing when all is well. */
  run(): readonly string[];
}

function command(name: string, file: string, ...args: string[]): Check {
  return {
    name,
    run() {
      const result = spawnSync(join(BIN, file), args, {
        cwd: ROOT,
        encoding: "utf8",
        env: { ...process.env, NO_COLOR: "1" },
      });
      if (result.status === 0) return [];
      return [
        `${file} ${args.join(" ")}`,
        ...`${result.stdout}${result.stderr}`.trim().split("\n").slice(-60),
      ];
    },
  };
}

const CHECKS: readonly Check[] = [
  command("format", "prettier", "--check", ".", "--log-level", "warn"),
  command("lint", "eslint", ".", "--max-warnings", "0"),
  command("types (Node)", "tsc", "--noEmit"),
  command("types (Deno)", "deno", "task", "--quiet", "check:types"),
  {
    name: "imports",
    run: () => [
      ...importViolations(ROOT),
      ...importCycles(ROOT).map((cycle) => `cycle: ${cycle}`),
      ...environmentReaders(ROOT).map((file) => `${file} reads process.env; only env.ts files may`),
    ],
  },
  command("generated files", "tsx", "tools/generate.ts", "--check"),
  { name: "links", run: () => brokenLinks(ROOT).map((link) => `no such file: ${link}`) },
  {
    name: "lock file",
    run() {
      const addresses =
        readFileSync(join(ROOT, "package-lock.json"), "utf8").match(/"resolved": "http/g) ?? [];
      return addresses.length === 0
        ? []
        : [`package-lock.json records ${addresses.length} download addresses`];
    },
  },
];

let failed = 0;
for (const check of CHECKS) {
  const started = performance.now();
  const problems = check.run();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${problems.length === 0 ? "ok  " : "FAIL"} ${check.name} (${seconds} s)`);
  for (const problem of problems) console.log(`       ${problem}`);
  if (problems.length > 0) failed += 1;
}
console.log(`${CHECKS.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
