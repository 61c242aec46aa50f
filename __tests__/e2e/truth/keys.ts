import assert from "node:assert/strict";
import { findDataset } from "../../../contract/datasets/index.ts";
import type { Checks } from "../checks.ts";
import { askFile } from "../readers/ask-file.ts";
import { exportedFile } from "./export.ts";
import type { TruthFiles } from "./files.ts";

/**
 * Holds every file to its dataset's key: no two rows have the same, nulls being alike. That no series has two samples at
 * one time, which is the key of `samples`, is known from its sums.
 */
export async function checkKeys(checks: Checks, folder: string, files: TruthFiles): Promise<void> {
  const all = files.all.filter(({ dataset }) => dataset !== "samples");
  await checks.check(`the key of its dataset is unique in each of ${all.length} files`, async () => {
    for (const { dataset, hour, rows } of all) {
      const key = findDataset(dataset)?.key ?? [];
      const at = Date.parse(`${hour}Z`) / 1000;
      const columns = key.map((name) => `"${name}"`).join(", ");
      const sql = `select count(*), (select count(*) from (select distinct ${columns} from file)) from file`;
      const [counts = []] = await askFile(sql, exportedFile(folder, dataset, at));
      assert.deepEqual(counts.map(Number), [rows, rows], `${dataset} ${hour}`);
      files.passed(dataset, at, rows, "key");
    }
  });
}
