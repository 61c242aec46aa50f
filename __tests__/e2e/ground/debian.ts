import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { runCommand, tryCommand } from "./command.ts";

/**
 * Unpacks packages of the machine's Debian into `directory` without installing them: no service starts, and no file
 * elsewhere changes. Package lists that are missing or out of date are fetched once.
 * @throws Error with what `apt-get` said
 */
export async function unpackPackages(directory: string, packages: readonly string[]): Promise<void> {
  const download = ["download", ...packages];
  const { code, stderr } = await tryCommand("apt-get", download, { cwd: directory });
  if (code !== 0) {
    if (process.getuid?.() !== 0) {
      throw new Error(
        `Downloading ${packages.join(", ")}: run "apt-get update" as root, then try again\n${stderr}`,
      );
    }
    await runCommand("apt-get", ["update", "-qq"]);
    await runCommand("apt-get", download, { cwd: directory });
  }
  for (const name of (await readdir(directory)).filter((file) => file.endsWith(".deb"))) {
    await runCommand("dpkg-deb", ["-x", name, "."], { cwd: directory });
    await rm(join(directory, name));
  }
}
