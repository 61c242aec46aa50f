import { stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { FolderProbe } from "../../doctor/context.ts";
import { codeOf } from "../file-lock.ts";

/** Looks at a folder beside its files. */
export function createFolderProbe(path: string): FolderProbe {
  return {
    path,
    async kind() {
      try {
        return (await stat(path)).isDirectory() ? "folder" : "other";
      } catch (error) {
        if (codeOf(error) === "ENOENT") return undefined;
        // A part of the path is a file.
        if (codeOf(error) === "ENOTDIR") return "other";
        throw error;
      }
    },
    async freeBytes() {
      for (let at = path; ; at = dirname(at)) {
        try {
          const { bavail, bsize } = await statfs(at);
          return bavail * bsize;
        } catch (error) {
          if (codeOf(error) !== "ENOENT" || at === dirname(at)) throw error;
        }
      }
    },
  };
}
