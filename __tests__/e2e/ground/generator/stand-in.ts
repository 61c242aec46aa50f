import { join } from "node:path";
import type { ClusterChoices } from "./plan.ts";

/** What Node is started with to serve OpenCost's stand-in for a generated cluster. */
export function standInArgs({ seed, pods, hours }: ClusterChoices, port: number): string[] {
  const cluster = ["--seed", seed, "--pods", String(pods), "--hours", String(hours)];
  return [
    "--import",
    "tsx",
    join(import.meta.dirname, "main.ts"),
    "serve",
    ...cluster,
    "--port",
    String(port),
  ];
}
