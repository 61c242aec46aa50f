import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Testing } from "cdktf";
import { RegionEventsStack } from "../../stacks/region-events-stack.ts";
import type { AccountJson } from "./account-json.ts";

/** The synthesized module `region-events`, without CDKTF's metadata. It has no provider. */
export function synthesizeRegionEvents(): Omit<AccountJson, "provider"> {
  const outdir = mkdtempSync(join(tmpdir(), "container-insights-"));
  try {
    const stack = new RegionEventsStack(new App({ outdir }), "region-events");
    return JSON.parse(Testing.synth(stack, true)) as AccountJson;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
