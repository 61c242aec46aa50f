import { join } from "node:path";
import { ensurePart } from "./cache.ts";
import { runCommand } from "./command.ts";

const BUILD_SECONDS = 2_400;

/**
 * Builds a program once from a module whose releases `go install` can name. One that needs other dependencies, or a
 * stamp, has a wrapper module: kubernetes/go-build.ts.
 * @param path the program's package
 * @param program its file's name, the last element of `path`; @default the part's name
 * @returns the program's path
 */
export async function ensureGoInstalled(
  part: string,
  version: string,
  path: string,
  program = part,
): Promise<string> {
  const directory = await ensurePart(part, version, program, async (building) => {
    await runCommand("go", ["install", "-trimpath", "-ldflags=-s -w", `${path}@v${version}`], {
      env: { GOBIN: building, CGO_ENABLED: "0", GOTOOLCHAIN: "local", GOFLAGS: "" },
      timeoutSeconds: BUILD_SECONDS,
    });
  });
  return join(directory, program);
}
