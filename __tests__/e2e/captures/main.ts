import { parseArgs } from "node:util";
import { startPart } from "../ground/parts/lifecycle.ts";
import { holdingTheGround } from "../ground/parts/lock.ts";
import { withNeeds } from "../ground/parts/order.ts";
import { PARTS } from "../ground/parts/registry.ts";
import { runningPrograms } from "../ground/parts/run-state.ts";
import { stopParts, stoppingAtSignal } from "../ground/parts/teardown.ts";
import { openApiServer } from "../ground/kubernetes/api-client.ts";
import { runProgram } from "../program.ts";
import { allCaptures } from "./all-captures.ts";
import type { Capture } from "./capture.ts";
import { findStaleCaptures, storeCapture } from "./store.ts";
import { removeSubject, startSubject } from "./subject.ts";

const USAGE = `usage: npm run captures -- [name…] [--check]
  captures payloads anew from the running real parts (all, or the named ones), starting what they need (needs root)
  --check  only tells whether what is kept is of the pinned versions`;

/** `npm run captures -- [name…] [--check]` */
async function main(): Promise<void> {
  const { values, positionals: names } = parseArgs({
    allowPositionals: true,
    options: { check: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
  });
  if (values.help) return console.log(USAGE);
  const all = allCaptures();
  const unknown = names.filter((name) => !all.some((capture) => capture.name === name));
  if (unknown.length > 0)
    throw new Error(
      `There is no capture "${unknown.join()}"; choose from ${all.map(({ name }) => name).join()}`,
    );
  const chosen = all.filter(({ name }) => names.length === 0 || names.includes(name));
  if (!values.check) await holdingTheGround(() => captureAll(chosen));
  const faults = await findStaleCaptures(all);
  for (const fault of faults) console.error(fault);
  console.log(`${all.length} captures, ${faults.length} faults`);
  if (faults.length > 0) process.exitCode = 1;
}

/** Starts what is not up, captures, and stops what was started. */
async function captureAll(captures: readonly Capture[]): Promise<void> {
  const needed = [...new Set(captures.flatMap(({ take, needs }) => (take ? needs : [])))];
  const parts = needed.length > 0 ? withNeeds(PARTS, needed) : [];
  const started = parts.filter(({ name }) => runningPrograms(name).length === 0).reverse();
  try {
    await stoppingAtSignal(started, async () => {
      for (const part of parts) await startPart(part);
      await withSubject(
        parts.some(({ name }) => name === "node"),
        () => takeAll(captures),
      );
    });
  } finally {
    await stopParts(started);
  }
}

async function withSubject(isNeeded: boolean, work: () => Promise<void>): Promise<void> {
  if (!isNeeded) return work();
  const api = openApiServer();
  try {
    await startSubject(api);
    await work();
  } finally {
    // The cluster may have been up before, and then it stays.
    await removeSubject(api).finally(() => api.close());
  }
}

async function takeAll(captures: readonly Capture[]): Promise<void> {
  for (const capture of captures) {
    const { name, origin, version, command } = capture;
    if (!capture.take) {
      console.log(`${name.padEnd(20)} ${origin}, version ${version}: stays as it is; ${command}`);
      continue;
    }
    const taken = await capture.take();
    await storeCapture(capture, taken);
    console.log(`${name.padEnd(20)} ${version}: ${Object.keys(taken.files).join(", ")}`);
  }
}

await runProgram(main);
