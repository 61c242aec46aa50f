import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Checks } from "../checks.ts";
import { assertSameChecksums } from "./assert-same.ts";
import { columnChecksum } from "./column-checksum.ts";
import { fuzzedFiles, writeFuzzed, type FuzzedFile } from "./fuzzed.ts";
import { readChecksums, type Checksums } from "./read-checksums.ts";

/** Of the random values, where no other is given. */
export const FUZZ_SEED = 20_261_124;

/** Files of edge values in every reader, which has to find what was written. */
export async function checkFuzzed(checks: Checks, directory: string, seed = FUZZ_SEED): Promise<void> {
  console.log(`        seed of the random values: ${seed}`);
  const folder = join(directory, "fuzzed");
  await mkdir(folder);
  const files = Object.entries(fuzzedFiles(seed));
  const questions = [];
  for (const [name, file] of files)
    questions.push({ path: await writeFuzzed(folder, name, file), columns: file.dataset.columns });
  const answers = await readChecksums(questions, folder);
  for (const [at, [name, file]] of files.entries())
    await checks.check(`${name}: six readers find what was written`, () =>
      assertSameChecksums(
        { "what was written": writtenChecksums(file), ...answers[at] },
        { "parquetjs-lite": unsafe(file) },
      ),
    );
}

/** What a reader has to find. */
export function writtenChecksums({ dataset, rows }: FuzzedFile): Checksums {
  return Object.fromEntries(
    dataset.columns.map(({ name, type }) => [
      name,
      columnChecksum(
        type,
        rows.map((row) => row[name] ?? null),
      ),
    ]),
  );
}

/** Columns with whole numbers of which parquetjs-lite, which has doubles only, cannot hold each. */
function unsafe({ dataset, rows }: FuzzedFile): string[] {
  return dataset.columns
    .filter(({ type }) => type === "int64" || type === "timestamp")
    .map(({ name }) => name)
    .filter((name) => rows.some((row) => !Number.isSafeInteger(Number(row[name] ?? 0))));
}
