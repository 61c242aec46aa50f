import type { ImageConfig } from "./oci-archive.ts";

/**
 * What an image starts with, read from its Containerfile: USER, WORKDIR, ENV, ENTRYPOINT and CMD, each as one line
 * in the form that this project's file uses.
 * @throws Error naming the instruction that is missing
 */
export function containerfileConfig(text: string): Required<ImageConfig> {
  const value = (instruction: string): string => {
    const found = new RegExp(`^${instruction} (.+)$`, "m").exec(text)?.[1];
    if (found === undefined) throw new Error(`Reading the Containerfile: it has no "${instruction}" line`);
    return found.trim();
  };
  return {
    Entrypoint: JSON.parse(value("ENTRYPOINT")) as string[],
    Cmd: JSON.parse(value("CMD")) as string[],
    User: value("USER"),
    Env: ["PATH=/usr/bin:/bin", ...value("ENV").split(/\s+/)],
    WorkingDir: value("WORKDIR"),
  };
}
