import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Checks } from "../checks.ts";
import { CLUSTER_PREFIX } from "../export/cli.ts";
import { folderTarget } from "../export/folder.ts";
import { BUCKET, type DoctorGround } from "./doctor-ground.ts";
import { notGood, runDoctor, saidOf } from "./run-doctor.ts";

/**
 * What is wrong with the recorded cluster, and really is: its history begins an hour before, and OpenCost was scraped
 * unfiltered (its copies of kube-state-metrics' metrics are there under job "opencost").
 */
const RECORDED = ["prometheus-retention", "duplicate-opencost-metrics"];

/** A folder and a bucket that work, beside sources that work. */
export async function checkHealthy(checks: Checks, ground: DoctorGround): Promise<void> {
  await checks.check(
    "a folder: no problem, the two warnings that the recorded cluster deserves",
    async () => {
      const target = folderTarget(ground.directory, "healthy");
      const said = await runDoctor(ground, { "--sink": target.sink });
      assert.deepEqual([said.code, notGood(said)], [0, RECORDED]);
      assert.match(
        saidOf(said, "duplicate-opencost-metrics"),
        /job "opencost" scrapes OpenCost with its copies/,
      );
      assert.match(
        saidOf(said, "opencost-hour"),
        /ok\n2537 rows for 2026-11-22T10:00:00Z, 83\.45 in all, cluster "lab"/,
      );
      const report = await readFile(join(target.folder, CLUSTER_PREFIX, "_status/doctor.json"), "utf8");
      assert.equal((JSON.parse(report) as { level: string }).level, "warning");
    },
  );
  await checks.check("a bucket of the strict server: written, read, and its condition kept", async () => {
    const said = await runDoctor(ground, { "--sink": `s3://${BUCKET}` });
    assert.deepEqual([said.code, notGood(said)], [0, RECORDED]);
    for (const id of ["sink-connection", "sink-clock", "sink-write"]) assert.match(saidOf(said, id), /^ok/);
  });
}
