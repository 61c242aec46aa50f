import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { dateOf, hourOfDay } from "../../../contract/hours.ts";
import type { Checks } from "../checks.ts";
import {
  CLUSTER_PREFIX,
  exportArgs,
  exportHours,
  killCli,
  parseReport,
  runCli,
  runCliOnDeno,
  verifyArgs,
  type ExportReport,
  type VerifyFindings,
} from "./cli.ts";
import { DATASET_HOURS, HOURLY, NEWEST_HOUR, ofNewestHour } from "./dataset-hours.ts";
import type { ExportSources } from "./sources.ts";
import { dataFiles, readTree, type Tree } from "./tree.ts";
import { HOURS } from "./truth.ts";

/** A complete export in a folder: what the others are compared with. */
export interface FolderExport {
  /** The folder that the sink names. */
  readonly folder: string;
  readonly sink: string;
  /** The cluster's prefix below it. */
  readonly root: string;
  readonly tree: Tree;
}

/** Exports the recorded hours into a folder. */
export async function exportToFolder(
  checks: Checks,
  sources: ExportSources,
  directory: string,
): Promise<FolderExport> {
  const target = folderTarget(directory, "first");
  const report = await checks.check(
    "export writes every hourly dataset of three closed hours to a folder",
    async () => {
      const done = await exportHours(exportArgs(sources, target.sink));
      assert.deepEqual(done.failed, []);
      assert.equal(done.exported.length, DATASET_HOURS);
      return done;
    },
  );
  if (!report) throw new Error("there is nothing to go on with");
  const complete = { ...target, tree: await readTree(target.root) };
  await checks.check("there is one file and one manifest for each, and nothing else", () =>
    assert.deepEqual(Object.keys(complete.tree), expectedKeys()),
  );
  await checks.check("the next run finds nothing to do", async () => {
    const again = await exportHours(exportArgs(sources, target.sink));
    assert.deepEqual([again.exported, again.failed, again.committedBefore], [[], [], DATASET_HOURS]);
    assert.deepEqual(await readTree(target.root), complete.tree);
  });
  await checks.check("verify finds it sound", async () => {
    const { findings, datasetHours } = parseReport<VerifyFindings>(await runCli(verifyArgs(target.sink)), 0);
    assert.deepEqual([findings, datasetHours], [[], DATASET_HOURS]);
  });
  return complete;
}

/** Kills an export of an hour between two commits, and under an upload; then lets a second run finish. */
export async function checkKilled(
  checks: Checks,
  sources: ExportSources,
  done: FolderExport,
  directory: string,
): Promise<void> {
  const target = folderTarget(directory, "killed");
  const firstManifests = join(target.root, "_manifests");
  const args = exportArgs(sources, target.sink, NEWEST_HOUR);
  const wanted = ofNewestHour(done.tree);
  await checks.check("an export is killed half-way, without a chance to clean up", async () => {
    await killCli(args, async () => (await committedCount(firstManifests)) >= 2);
    const committed = await committedCount(firstManifests);
    assert.ok(committed >= 2 && committed < HOURLY.length, `${committed} were committed`);
  });
  await checks.check("what was committed before is sound", async () => {
    const result = await runCli(verifyArgs(target.sink));
    const { findings } = JSON.parse(result.stdout) as VerifyFindings;
    const damage = findings.filter(
      ({ problem }) => problem !== "missing-hour" && problem !== "uncommitted-object",
    );
    assert.deepEqual(damage, []);
  });
  await checks.check(
    "run again: the same hours, no duplicates, every file the same to the byte",
    async () => {
      const report = await exportHours(args);
      assert.deepEqual(report.failed, []);
      const tree = await readTree(target.root);
      assert.deepEqual(Object.keys(tree), Object.keys(wanted));
      assert.deepEqual(dataFiles(tree), dataFiles(wanted));
    },
  );
  await rm(target.folder, { recursive: true, force: true });
}

/** The same export of an hour under Deno. */
export async function checkDeno(
  checks: Checks,
  sources: ExportSources,
  done: FolderExport,
  directory: string,
): Promise<void> {
  const target = folderTarget(directory, "deno");
  await checks.check("Deno exports the same files of an hour, byte for byte", async () => {
    const result = await runCliOnDeno(exportArgs(sources, target.sink, NEWEST_HOUR));
    assert.equal(parseReport<ExportReport>(result, 0).exported.length, HOURLY.length);
    assert.deepEqual(dataFiles(await readTree(target.root)), dataFiles(ofNewestHour(done.tree)));
  });
  await rm(target.folder, { recursive: true, force: true });
}

/** A folder as a sink. */
export function folderTarget(
  directory: string,
  name: string,
): Pick<FolderExport, "folder" | "sink" | "root"> {
  const folder = join(directory, name);
  return { folder, sink: pathToFileURL(folder).href, root: join(folder, CLUSTER_PREFIX) };
}

/** Key of a data file below the cluster's prefix, written out. */
export function dataFileKey(dataset: string, hour: number): string {
  return `dataset=${dataset}/v=1/date=${dateOf(hour)}/${hourOfDay(hour)}.parquet`;
}

/** Key of a manifest below the cluster's prefix, written out. */
export function manifestFileKey(dataset: string, hour: number): string {
  return `_manifests/date=${dateOf(hour)}/${hourOfDay(hour)}/${dataset}.json`;
}

/** Every key of a complete export. */
export function expectedKeys(): string[] {
  return HOURS.flatMap((hour) =>
    HOURLY.flatMap((name) => [dataFileKey(name, hour), manifestFileKey(name, hour)]),
  ).sort();
}

async function committedCount(manifests: string): Promise<number> {
  if (!existsSync(manifests)) return 0;
  return Object.keys(await readTree(manifests)).filter((key) => key.endsWith(".json")).length;
}
