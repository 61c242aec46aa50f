import { parseArgs } from "node:util";
import { recordedHistory } from "./recorded.ts";
import { startOpencostStandIn, type Fault } from "./server.ts";

const FAULTS: readonly Fault[] = ["none", "prometheus-down", "pods-refused"];
const USAGE = `usage: opencost/main.ts serve [--port 9003] [--fault ${FAULTS.join("|")}]`;

/** Serves the stand-in, computing from the recorded cluster's history, until it is told to stop. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { port: { type: "string", default: "9003" }, fault: { type: "string", default: "none" } },
  });
  const fault = FAULTS.find((known) => known === values.fault);
  if (positionals[0] !== "serve" || !fault) throw new Error(USAGE);
  const standIn = await startOpencostStandIn({ history: recordedHistory(), port: Number(values.port) });
  standIn.setFault(fault);
  console.log(`OpenCost's stand-in: ${standIn.url}, 2026-11-22T09:00Z to 12:00Z, fault "${fault}"`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  await standIn.stop();
}

await main();
