import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mutate, type Mutation } from "./mutation.ts";

/** What git knows or would take up: neither what is generated nor what is installed. */
function sourceFiles(root: string): string[] {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const listed = spawnSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  if (listed.status !== 0) throw new Error(`Cannot list the files of "${root}": ${listed.stderr}`);
  // A file that is deleted and not committed is listed, too.
  return listed.stdout.split("\0").filter((path) => path !== "" && existsSync(join(root, path)));
}

/** Copies the project's sources to `directory`, with the packages of `root` linked. */
export function copyProject(root: string, directory: string): void {
  for (const path of new Set(sourceFiles(root))) cpSync(join(root, path), join(directory, path));
  symlinkSync(join(root, "node_modules"), join(directory, "node_modules"));
}

/** Has the mutation in the copy while `use` runs. @throws Error when its text is not there exactly once */
export async function withMutation<T>(
  directory: string,
  mutation: Mutation,
  use: () => Promise<T>,
): Promise<T> {
  const path = join(directory, mutation.file);
  const original = readFileSync(path, "utf8");
  writeFileSync(path, mutate(original, mutation));
  try {
    return await use();
  } finally {
    writeFileSync(path, original);
  }
}
