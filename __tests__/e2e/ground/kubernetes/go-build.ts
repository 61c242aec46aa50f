import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ensurePart } from "../cache.ts";
import { runCommand } from "../command.ts";

const MODULES = join(import.meta.dirname, "modules");
const BUILD_SECONDS = 3_600;

/** A program made from a wrapper module. */
export interface GoProgram {
  /** Name of the program and of its part in the cache. */
  readonly name: string;
  readonly version: string;
  /** Folder of the wrapper module, which pins every dependency: a path, or a name in `modules/` beside this file. */
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
  const folder = resolve(MODULES, program.module);
  const version = `${program.version}-${await hashOf(folder)}`;
  const directory = await ensurePart(program.name, version, program.name, (building) =>
    buildGo(folder, program, join(building, program.name)),
  );
  return join(directory, program.name);
}

/** Compiles a package of the module in `folder` to the file `output`. */
export async function buildGo(
  folder: string,
  { package: name = ".", stamps = [] }: Pick<GoProgram, "package" | "stamps">,
  output: string,
): Promise<void> {
  const ldflags = ["-s", "-w", ...stamps.map((stamp) => `-X ${stamp}`)].join(" ");
  await runCommand("go", ["build", "-p", "2", "-trimpath", "-ldflags", ldflags, "-o", output, name], {
    cwd: folder,
    env: { CGO_ENABLED: "0", GOTOOLCHAIN: "local", GOFLAGS: "-buildvcs=false" },
    timeoutSeconds: BUILD_SECONDS,
  });
}

/** Directory of a wrapper module's dependency, in Go's module cache. */
export async function moduleDirectory(module: string, dependency: string): Promise<string> {
  const { stdout } = await runCommand("go", ["list", "-m", "-f", "{{.Dir}}", dependency], {
    cwd: resolve(MODULES, module),
    env: { GOTOOLCHAIN: "local", GOFLAGS: "" },
  });
  return stdout.trim();
}

/** Tells one state of a wrapper module from another. `more`: files beside the usual ones. */
export async function hashOf(folder: string, more: readonly string[] = []): Promise<string> {
  const hash = createHash("sha256");
  for (const name of ["go.mod", "go.sum", "main.go", ...more]) {
    // The smallest module has no dependencies, and a module that only names a tool has no code.
    hash.update(await readFile(join(folder, name)).catch(() => name));
  }
  return hash.digest("hex").slice(0, 8);
}
