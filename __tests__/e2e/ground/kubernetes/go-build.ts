import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ensurePart } from "../cache.ts";
import { runCommand } from "../command.ts";

const MODULES = join(import.meta.dirname, "modules");
const BUILD_SECONDS = 3_600;

/** A program made from one of the wrapper modules next to this file. */
export interface GoProgram {
  /** Name of the program and of its part in the cache. */
  readonly name: string;
  readonly version: string;
  /** Folder of the wrapper module, which pins every dependency. */
  readonly module: string;
  /** @default "." */
  readonly package?: string;
  /** What is stamped into the program with the linker's -X, as `path.name=value`. */
  readonly stamps?: readonly string[];
}

/**
 * Builds a program once. A changed wrapper module is another build.
 * @returns the program's path
 */
export async function ensureGoProgram(program: GoProgram): Promise<string> {
  const folder = join(MODULES, program.module);
  const version = `${program.version}-${await hashOf(folder)}`;
  const directory = await ensurePart(program.name, version, program.name, async (building) => {
    const stamps = (program.stamps ?? []).map((stamp) => `-X ${stamp}`);
    const ldflags = ["-s", "-w", ...stamps].join(" ");
    const output = join(building, program.name);
    const args = ["build", "-p", "2", "-trimpath", "-ldflags", ldflags, "-o", output, program.package ?? "."];
    await runCommand("go", args, {
      cwd: folder,
      env: { CGO_ENABLED: "0", GOTOOLCHAIN: "local", GOFLAGS: "-buildvcs=false" },
      timeoutSeconds: BUILD_SECONDS,
    });
  });
  return join(directory, program.name);
}

/** Directory of a wrapper module's dependency, in Go's module cache. */
export async function moduleDirectory(module: string, dependency: string): Promise<string> {
  const { stdout } = await runCommand("go", ["list", "-m", "-f", "{{.Dir}}", dependency], {
    cwd: join(MODULES, module),
    env: { GOTOOLCHAIN: "local", GOFLAGS: "" },
  });
  return stdout.trim();
}

async function hashOf(folder: string): Promise<string> {
  const hash = createHash("sha256");
  for (const name of ["go.mod", "go.sum", "main.go"]) {
    // The smallest module has no dependencies, and a module that only names a tool has no code.
    hash.update(await readFile(join(folder, name)).catch(() => name));
  }
  return hash.digest("hex").slice(0, 8);
}
