import assert from "node:assert/strict";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isoSeconds } from "../../../contract/hours.ts";
import type { Checks } from "../checks.ts";
import { parseReport, runCli, verifyArgs, type VerifyFindings } from "./cli.ts";
import { dataFileKey, folderTarget, manifestFileKey, type FolderExport } from "./folder.ts";
import { HOURS } from "./truth.ts";

const FINDINGS_EXIT = 4;

interface Damage {
  readonly name: string;
  readonly dataset: string;
  readonly problem: string;
  do(root: string): Promise<void>;
}

const HOUR = HOURS[1] ?? 0;

const DAMAGES: readonly Damage[] = [
  {
    name: "a removed hour",
    dataset: "container",
    problem: "missing-hour",
    async do(root) {
      await rm(join(root, manifestFileKey("container", HOUR)));
      await rm(join(root, dataFileKey("container", HOUR)));
    },
  },
  {
    name: "a flipped byte",
    dataset: "allocation",
    problem: "sha256",
    async do(root) {
      const file = join(root, dataFileKey("allocation", HOUR));
      const bytes = await readFile(file);
      const middle = Math.floor(bytes.length / 2);
      bytes[middle] = (bytes[middle] ?? 0) ^ 1;
      await writeFile(file, bytes);
    },
  },
  {
    name: "a changed row count",
    dataset: "container",
    problem: "rows",
    async do(root) {
      const file = join(root, manifestFileKey("container", HOUR));
      const manifest = JSON.parse(await readFile(file, "utf8")) as { rows: number };
      await writeFile(file, JSON.stringify({ ...manifest, rows: manifest.rows + 1 }));
    },
  },
];

/** Damages copies of a sound export, and looks whether `verify` names what was done. */
export async function checkDamage(checks: Checks, done: FolderExport, directory: string): Promise<void> {
  for (const damage of DAMAGES) {
    await checks.check(
      `verify finds ${damage.name} and names dataset, hour and "${damage.problem}"`,
      async () => {
        const target = folderTarget(directory, `damaged-${damage.problem}`);
        await cp(done.folder, target.folder, { recursive: true });
        await damage.do(target.root);
        const report = parseReport<VerifyFindings>(await runCli(verifyArgs(target.sink)), FINDINGS_EXIT);
        const found = report.findings.map(({ problem, dataset, hour }) => ({ problem, dataset, hour }));
        assert.deepEqual(found, [
          { problem: damage.problem, dataset: damage.dataset, hour: isoSeconds(HOUR) },
        ]);
        await rm(target.folder, { recursive: true, force: true });
      },
    );
  }
}
