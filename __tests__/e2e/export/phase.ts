import { join } from "node:path";
import type { Checks } from "../checks.ts";
import { checkBadInputs } from "./bad-inputs.ts";
import { checkDamage } from "./damage.ts";
import { disturbedPhases } from "./disturbed.ts";
import { checkContents } from "./contents.ts";
import { checkDeno, checkKilled, exportToFolder } from "./folder.ts";
import { strictS3Phases } from "./strict-s3.ts";
import { startSources, type ExportSources } from "./sources.ts";

/** Exports from the real Prometheus and the recorded OpenCost, and reads back what was written. */
export async function exportPhases(checks: Checks, directory: string): Promise<void> {
  let sources: ExportSources | undefined;
  try {
    sources = await checks.phase("export: start Prometheus with the history, and OpenCost's answers", () =>
      startSources(join(directory, "sources")),
    );
    if (!sources) return;
    const from = sources;
    const done = await checks.phase("export: to a folder", () => exportToFolder(checks, from, directory));
    if (!done) return;
    await checks.phase("export: read back by pyarrow, DuckDB and parquetjs-lite", () =>
      checkContents(checks, from, done),
    );
    await checks.phase("export: damage, found by verify", () => checkDamage(checks, done, directory));
    await checks.phase("export: killed and run again", () => checkKilled(checks, from, done, directory));
    await checks.phase("export: bad inputs", () => checkBadInputs(checks, from, directory));
    await strictS3Phases(checks, from, done, join(directory, "strict-s3"));
    await checks.phase("export: under Deno", () => checkDeno(checks, from, done, directory));
  } finally {
    await sources?.stop();
  }
  await disturbedPhases(checks, join(directory, "disturbed"));
}
