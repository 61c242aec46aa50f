import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { CreateBucketCommand, ListMultipartUploadsCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Checks } from "../checks.ts";
import { openS3, s3Env } from "../ground/s3-access.ts";
import { S3_KEYS, startVersitygw, type StrictS3 } from "../ground/versitygw.ts";
import {
  assertRefused,
  CLUSTER_PREFIX,
  exportArgs,
  exportHours,
  killCli,
  parseReport,
  runCli,
  verifyArgs,
  type VerifyFindings,
} from "./cli.ts";
import { HOURLY, NEWEST_HOUR, ofNewestHour } from "./dataset-hours.ts";
import type { FolderExport } from "./folder.ts";
import type { ExportSources } from "./sources.ts";
import { dataFiles, readBucketTree, type Tree } from "./tree.ts";

const BUCKET = "container-insights-e2e";
const REFUSED = 5;

interface S3Target {
  readonly server: StrictS3;
  readonly s3: S3Client;
  readonly env: Readonly<Record<string, string>>;
}

/** Exports to an S3 server that checks signatures, conditions and checksums. */
export async function strictS3Phases(
  checks: Checks,
  sources: ExportSources,
  done: FolderExport,
  directory: string,
): Promise<void> {
  let server: StrictS3 | undefined;
  try {
    const target = await checks.phase("strict S3: start", async () => {
      await mkdir(directory, { recursive: true });
      server = await startVersitygw(directory);
      return prepare(server);
    });
    if (!target) return;
    await checks.phase("strict S3: export, verify, kill", () => checkStrictS3(checks, sources, done, target));
  } finally {
    await server?.stop();
  }
}

async function prepare(server: StrictS3): Promise<S3Target> {
  const s3 = openS3(server.url, S3_KEYS);
  for (const bucket of [BUCKET, `${BUCKET}-killed`])
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  return { server, s3, env: s3Env(server.url, S3_KEYS) };
}

async function checkStrictS3(
  checks: Checks,
  sources: ExportSources,
  done: FolderExport,
  { s3, env }: S3Target,
): Promise<void> {
  const sink = `s3://${BUCKET}`;
  const flags = ["--s3-force-path-style", ...NEWEST_HOUR];
  const wanted = ofNewestHour(done.tree);
  const args = exportArgs(sources, sink, flags);
  const verify = verifyArgs(sink, ["--s3-force-path-style"]);
  await checks.check("a wrong secret is refused in one line, and nothing is written", async () => {
    const wrong = { ...env, AWS_SECRET_ACCESS_KEY: "wrong" };
    assertRefused(await runCli(args, wrong), REFUSED, /check the credentials.*SignatureDoesNotMatch/);
    assert.deepEqual(await readBucketTree(s3, BUCKET, CLUSTER_PREFIX), {});
  });
  await checks.check("a bucket that does not exist is refused in one line", async () => {
    const missing = exportArgs(sources, "s3://no-such-bucket", flags);
    assertRefused(await runCli(missing, env), REFUSED, /no-such-bucket/);
  });
  await checks.check(
    "export writes the same files of an hour to S3 as to a folder, byte for byte",
    async () => {
      const report = await exportHours(args, env);
      assert.deepEqual([report.failed, report.exported.length], [[], HOURLY.length]);
      await assertSameFiles(s3, BUCKET, wanted);
    },
  );
  await checks.check("the next run finds nothing to do", async () => {
    const report = await exportHours(args, env);
    assert.deepEqual([report.exported, report.committedBefore], [[], HOURLY.length]);
  });
  await checks.check("verify finds it sound", async () => {
    assert.deepEqual(parseReport<VerifyFindings>(await runCli(verify, env), 0).findings, []);
  });
  const killed = exportArgs(sources, `s3://${BUCKET}-killed`, flags);
  await checks.check("killed half-way and run again: the same files, no duplicates", async () => {
    await killCli(killed, async () => (await manifestCount(s3)) >= 2, env);
    const before = await manifestCount(s3);
    assert.ok(before >= 2 && before < HOURLY.length, `${before} were committed`);
    assert.deepEqual((await exportHours(killed, env)).failed, []);
    await assertSameFiles(s3, `${BUCKET}-killed`, wanted);
  });
  await checks.check("no half upload is left by runs that ended", async () => {
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
    assert.deepEqual(Uploads, []);
  });
}

async function assertSameFiles(s3: S3Client, bucket: string, wanted: Tree): Promise<void> {
  const tree = await readBucketTree(s3, bucket, CLUSTER_PREFIX);
  assert.deepEqual(Object.keys(tree), Object.keys(wanted));
  assert.deepEqual(dataFiles(tree), dataFiles(wanted));
}

async function manifestCount(s3: S3Client): Promise<number> {
  const tree = await readBucketTree(s3, `${BUCKET}-killed`, CLUSTER_PREFIX);
  return Object.keys(tree).filter((key) => key.startsWith("_manifests/")).length;
}
