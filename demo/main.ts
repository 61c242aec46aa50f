import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lastClosedHour } from "../contract/hours.ts";
import { DEFAULT_KEY_PREFIX } from "../contract/object-keys.ts";
import { openSink } from "../agent-src/adapters/open-sink.ts";
import { readCommitted } from "../cli/committed.ts";
import { Terminal } from "../cli/terminal.ts";
import { planDay } from "./daily-curve.ts";
import { prepareFolder } from "./demo-folder.ts";
import { lastScreen } from "./last-screen.ts";
import { NEWEST_RECORDED } from "./replay/recorded-data.ts";
import * as steps from "./steps.ts";

/** A day of a recorded cluster through every part of the product, in the folder `demo-out`. */
async function main(): Promise<void> {
  const startedAt = Date.now();
  const terminal = new Terminal({});
  const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");
  const places = { root, out: join(root, "demo-out") };
  await prepareFolder(places.out);
  const day = planDay(lastClosedHour(startedAt / 1000, 0), NEWEST_RECORDED);

  await step(terminal, 1, "Export a day from a replayed Prometheus and OpenCost", () => {
    terminal.note("The newest hour first, as always; then the gap from its oldest hour on.");
    return steps.exportDay(places, day);
  });
  await step(terminal, 2, "Verify every file against its manifest", () => steps.verifyDay(places));
  await step(terminal, 3, "Write the cost report", () => steps.writeReport(places));
  await step(terminal, 4, "Synthesize the Terraform of an account and a cluster", () =>
    steps.synthesize(places),
  );
  await step(terminal, 5, "Plan the IAM roles of a recorded account (dry run)", () =>
    steps.planRoles(places),
  );

  const committed = await readCommitted(openSink(steps.sinkUrl(places), DEFAULT_KEY_PREFIX, undefined));
  const manifests = committed.map(({ manifest }) => manifest);
  const seconds = (Date.now() - startedAt) / 1000;
  process.stdout.write(lastScreen(places, manifests, seconds, terminal.color));
}

async function step(
  terminal: Terminal,
  number: number,
  title: string,
  run: () => Promise<unknown>,
): Promise<void> {
  const startedAt = Date.now();
  terminal.note(`\n${terminal.noteColor.bold(`${number}/5 ${title}`)}`);
  await run();
  terminal.note(terminal.noteColor.dim(`    ${((Date.now() - startedAt) / 1000).toFixed(1)} s`));
}

try {
  await main();
} catch (error) {
  process.stderr.write(`\nThe demo stopped: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
