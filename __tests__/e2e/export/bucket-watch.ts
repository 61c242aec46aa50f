import assert from "node:assert/strict";
import type { S3Client } from "@aws-sdk/client-s3";
import { S3Sink } from "../../../agent-src/adapters/s3-sink.ts";
import { verifySink } from "../../../agent-src/export/verify.ts";
import { DATASETS } from "../../../contract/datasets/index.ts";
import { parseManifest } from "../../../contract/manifest.ts";
import { CLUSTER_ARN, CLUSTER_PREFIX, parseReport, runCli, verifyArgs, type VerifyFindings } from "./cli.ts";
import type { Undisturbed } from "./small-cluster.ts";
import { dataFiles, readBucketTree } from "./tree.ts";

const ALL = ["--datasets", DATASETS.map(({ name }) => name).join(","), "--s3-force-path-style"];

/** Watches a bucket over runs that are disturbed. */
export class BucketWatch {
  readonly #s3: S3Client;
  readonly #bucket: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #rows = new Map<string, number>();

  constructor(s3: S3Client, bucket: string, env: Readonly<Record<string, string>>) {
    this.#s3 = s3;
    this.#bucket = bucket;
    this.#env = env;
  }

  /** A broken run may leave an hour missing and an object that no manifest names; less rows or damage it may not. */
  async assertSound(): Promise<void> {
    const sink = new S3Sink(this.#s3, this.#bucket, CLUSTER_PREFIX);
    const { findings } = await verifySink({ clusterArn: CLUSTER_ARN, datasets: DATASETS }, sink);
    const allowed = ["missing-hour", "uncommitted-object"];
    const damage = findings.filter(({ problem }) => !allowed.includes(problem));
    assert.deepEqual(damage, [], "what is committed is sound");
    for await (const { key } of sink.list("_manifests/")) {
      const stored = await sink.read(key);
      const { rows } = parseManifest(new TextDecoder().decode(stored));
      const before = this.#rows.get(key) ?? 0;
      assert.ok(rows >= before, `${key} had ${before} rows and has ${rows}`);
      this.#rows.set(key, rows);
    }
  }

  /** Nothing missing, doubled or half-written: the very files of the undisturbed export, and "verify" is content. */
  async assertComplete(done: Undisturbed): Promise<void> {
    await this.assertSound();
    const tree = await readBucketTree(this.#s3, this.#bucket, CLUSTER_PREFIX);
    assert.deepEqual(Object.keys(tree), Object.keys(done.tree));
    assert.deepEqual(dataFiles(tree), dataFiles(done.tree));
    const result = await runCli(verifyArgs(`s3://${this.#bucket}`, ALL), this.#env);
    const report = parseReport<VerifyFindings>(result, 0);
    assert.deepEqual([report.findings, report.datasetHours], [[], done.datasetHours]);
  }
}
