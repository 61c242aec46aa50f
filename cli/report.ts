import type { Command } from "commander";

/** Adds `container-insights report`: one self-contained HTML page about the committed hours. */
export function registerReport(program: Command): void {
  program.command("report").description("write one HTML page about cost, efficiency and data quality");
}
