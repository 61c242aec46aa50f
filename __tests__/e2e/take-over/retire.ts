import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { serializeManifest } from "../../../contract/manifest.ts";
import { manifestKey } from "../../../contract/object-keys.ts";
import { BUCKET } from "../account/expected-role.ts";
import { inspectRole } from "../account/aws.ts";
import type { Checks } from "../checks.ts";
import { CLUSTER_ARN, CLUSTER_PREFIX, runCli } from "../export/cli.ts";
import { recentManifest } from "../../support/recent-manifest.ts";
import { emulatorEnv } from "../ground/ministack.ts";
import { REGION, type Estate } from "./estate.ts";
import { OLD_CLUSTER_ROLE } from "./predecessor.ts";

/** Retires the predecessor's role of a cluster: not before the cluster writes, then with a copy kept. */
export async function checkRetired(checks: Checks, estate: Estate): Promise<void> {
  const backup = join(estate.directory, "retired.json");
  const retire = (...flags: string[]) =>
    runCli(
      ["roles", "retire-predecessor", OLD_CLUSTER_ROLE, "--yes", "--backup", backup, ...flags],
      emulatorEnv(estate.emulator.url, REGION),
    );
  const before = await inspectRole(estate.aws, OLD_CLUSTER_ROLE);
  await checks.check(
    "the predecessor's role of a cluster stays while that cluster wrote nothing",
    async () => {
      const { code, stdout, stderr } = await retire();
      assert.equal(code, 1, stdout + stderr);
      assert.match(stdout + stderr, /no manifest below/);
      assert.deepEqual(await inspectRole(estate.aws, OLD_CLUSTER_ROLE), before);
    },
  );
  await checks.check("once it writes, the role goes, by name, and a copy of it is kept", async () => {
    await writeManifest(estate);
    const { code, stdout, stderr } = await retire();
    assert.equal(code, 0, stdout + stderr);
    assert.equal(await inspectRole(estate.aws, OLD_CLUSTER_ROLE), undefined);
    const kept = await readFile(backup, "utf8");
    assert.ok(kept.includes(OLD_CLUSTER_ROLE) && kept.includes("S3Policy"), kept);
  });
}

/** The manifest of the newest closed hour. */
async function writeManifest({ aws }: Estate): Promise<void> {
  const manifest = recentManifest(CLUSTER_ARN, Date.now());
  const Key = `${CLUSTER_PREFIX}/${manifestKey({ dataset: "allocation", hour: manifest.hourStart })}`;
  await aws.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: serializeManifest(manifest) }));
}
