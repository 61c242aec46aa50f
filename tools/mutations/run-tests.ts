import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { NamedTest } from "./mutation.ts";

const Report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

/** How the tests ended that jest ran, by full name; those it left out are not among them. */
export interface Outcome {
  readonly statuses: ReadonlyMap<string, string>;
  /** What jest said of files that it could not load, or of itself. */
  readonly message: string;
}

// jest's own limit for a test is two minutes.
const TIME_LIMIT_MS = 300_000;

/** What runs now, to be stopped with this program. */
export const RUNNING = new Set<ChildProcess>();

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

function finished(child: ChildProcess): Promise<void> {
  RUNNING.add(child);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => {
      RUNNING.delete(child);
      resolve();
    });
  });
}

/** Where a run works. */
export interface Place {
  /** The copy of the project. */
  readonly project: string;
  /** For what jest keeps and leaves; not in the project. */
  readonly scratch: string;
}

/** Runs exactly the named tests, by jest as `npm test` starts it. */
export async function runTests({ project, scratch }: Place, tests: readonly NamedTest[]): Promise<Outcome> {
  const output = join(scratch, "report.json");
  rmSync(output, { force: true });
  const child = spawn(
    process.execPath,
    [
      ...[
        "--experimental-vm-modules",
        "--disable-warning=ExperimentalWarning",
        "node_modules/jest/bin/jest.js",
      ],
      ...["--json", "--outputFile", output, "--silent", "--cacheDirectory", join(scratch, "cache")],
      ...["--testNamePattern", `^(${[...new Set(tests.map(({ name }) => escaped(name)))].join("|")})$`],
      ...["--runTestsByPath", ...new Set(tests.map(({ file }) => file))],
    ],
    {
      cwd: project,
      // Directories that a test which fails leaves behind go with the scratch directory.
      env: { ...process.env, TMPDIR: scratch },
      stdio: ["ignore", "ignore", "pipe"],
      timeout: TIME_LIMIT_MS,
    },
  );
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  await finished(child);
  if (!existsSync(output)) return { statuses: new Map(), message: errors.trim() };
  const { testResults } = Report.parse(JSON.parse(readFileSync(output, "utf8")));
  const ran = testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === "passed" || status === "failed"),
  );
  return {
    statuses: new Map(ran.map(({ fullName, status }) => [fullName, status])),
    message: testResults
      .map(({ message }) => message)
      .join("\n")
      .trim(),
  };
}
