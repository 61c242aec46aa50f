import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Says that a folder was made by the demo, so that the next run may remove it. */
const MARKER = ".made-by-container-insights-demo";

/**
 * An empty folder for this run. One that an earlier run of the demo made is removed first.
 * @throws Error when the folder holds anything that the demo did not make
 */
export async function prepareFolder(folder: string): Promise<void> {
  const isOurs = existsSync(join(folder, MARKER));
  if (!isOurs && existsSync(folder) && (await readdir(folder)).length > 0) {
    throw new Error(
      `Folder "${folder}" was not made by the demo and is not empty; move it away and run the demo again`,
    );
  }
  if (isOurs) await rm(folder, { recursive: true });
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, MARKER),
    "Removed by the next run of the demo, with everything in this folder.\n",
  );
}
