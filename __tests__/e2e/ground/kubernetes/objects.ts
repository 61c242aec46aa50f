import { writeFile } from "node:fs/promises";
import { applyFile } from "./kubectl.ts";

/** Writes the objects into `file` and applies them. */
export async function applyObjects(file: string, items: readonly object[]): Promise<void> {
  await writeFile(file, JSON.stringify({ apiVersion: "v1", kind: "List", items }, undefined, 2));
  await applyFile(file);
}
