import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DATASETS } from "../../../contract/datasets/index.ts";
import type { Checks } from "../checks.ts";
import { dataFileKey } from "../export/folder.ts";
import { assertSameChecksums } from "./assert-same.ts";
import { checkFuzzed } from "./check-fuzzed.ts";
import { exportOneHour, type ExportedHour } from "./one-hour.ts";
import { checkPushDown } from "./push-down.ts";
import { readChecksums } from "./read-checksums.ts";

/** Every dataset's file in every reader, files of edge values, and filters that statistics could answer wrongly. */
export async function readersPhases(checks: Checks, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const done = await checks.phase("readers: one hour of every dataset, under Node and Deno", () =>
    exportOneHour(checks, directory),
  );
  if (done)
    await checks.phase("readers: every dataset in every reader", () =>
      checkDatasets(checks, done, directory),
    );
  await checks.phase("readers: edge values", () => checkFuzzed(checks, directory));
  await checks.phase("readers: filters, answered with statistics and without", () =>
    checkPushDown(checks, directory),
  );
}

async function checkDatasets(checks: Checks, { root, hour }: ExportedHour, directory: string): Promise<void> {
  const questions = DATASETS.map(({ name, columns }) => ({
    path: join(root, dataFileKey(name, hour)),
    columns,
  }));
  const answers = await readChecksums(questions, directory);
  for (const [at, { name }] of DATASETS.entries())
    await checks.check(`${name}: equal checksums of every column in six readers`, () =>
      assertSameChecksums(answers[at] ?? {}),
    );
}
