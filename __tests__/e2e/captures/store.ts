import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import { join } from "node:path";
import { cacheRoot } from "../ground/env.ts";
import type { Capture, CaptureRecord, Taken } from "./capture.ts";

const RECORD = "VERSION.json";
const CAPTURES = join(import.meta.dirname, "../../fixtures/captures");
/** All captures together stay small enough to be read. */
const MOST_BYTES = 300_000;

/**
 * Replaces what is kept of a capture.
 * @throws Error when the part is not of the pinned version, or a file names this machine
 */
export async function storeCapture(capture: Capture, { version, files }: Taken): Promise<void> {
  const { name, of, origin, command } = capture;
  if (version !== capture.version)
    throw new Error(
      `Capturing "${name}": the part says it is "${version}", pinned is "${capture.version}"; change the pin first`,
    );
  for (const [file, text] of Object.entries(files)) refuseTraces(`${name}/${file}`, text);
  const folder = join(CAPTURES, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  const record: CaptureRecord = { of, origin, version, command, files: Object.keys(files).sort() };
  await writeFile(join(folder, RECORD), `${JSON.stringify(record, undefined, 2)}\n`);
}

function refuseTraces(file: string, text: string): void {
  for (const trace of [homedir(), hostname(), cacheRoot(), "BEGIN "]) {
    if (trace.length > 2 && text.includes(trace))
      throw new Error(`Capturing "${file}": it would hold "${trace}"; scrub it`);
  }
}

/**
 * What is wrong with the captures that are kept: of another version than the one pinned, not as recorded, of nothing
 * that is captured any more, or too big. Empty when all is well.
 */
export async function findStaleCaptures(captures: readonly Capture[]): Promise<string[]> {
  const faults: string[] = [];
  let bytes = 0;
  for (const capture of captures) {
    const folder = join(CAPTURES, capture.name);
    if (!existsSync(join(folder, RECORD))) {
      faults.push(`"${capture.name}" was never captured; run "npm run captures ${capture.name}"`);
      continue;
    }
    const record = JSON.parse(await readFile(join(folder, RECORD), "utf8")) as CaptureRecord;
    if (record.version !== capture.version)
      faults.push(`"${capture.name}" is of version "${record.version}", pinned is "${capture.version}"`);
    const files = (await readdir(folder)).filter((file) => file !== RECORD).sort();
    if (files.join() !== record.files.join())
      faults.push(`"${capture.name}" holds "${files.join()}", its record says "${record.files.join()}"`);
    for (const file of files) bytes += (await readFile(join(folder, file))).length;
  }
  const known = new Set(captures.map(({ name }) => name));
  for (const name of (await readdir(CAPTURES)).filter((folder) => !known.has(folder)))
    faults.push(`"${name}" is kept, and nothing captures it any more`);
  if (bytes > MOST_BYTES) faults.push(`the captures have ${bytes} bytes, at most ${MOST_BYTES} are kept`);
  return faults;
}
