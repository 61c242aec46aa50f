import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { DATA, exportArgs, PREFIX, verifyArgs } from "../fakes/cli-args.ts";
import { runBin } from "../fakes/cli.ts";
import { startHourSources, type HourSources } from "../fakes/hour-sources.ts";
import { FakeS3 } from "../fakes/s3-server.ts";
import { runHere } from "../support/cli-in-process.ts";

jest.setTimeout(120_000);

describe("a bucket", () => {
  let directory: string;
  let sources: HourSources;
  let server: FakeS3;
  let env: Record<string, string>;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "bucket-"));
    sources = await startHourSources();
    server = await FakeS3.start();
    env = {
      AWS_ENDPOINT_URL_S3: server.url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      CONTAINER_INSIGHTS_S3_FORCE_PATH_STYLE: "true",
    };
  });
  afterAll(async () => {
    await Promise.all([server.stop(), sources.close()]);
    rmSync(directory, { recursive: true });
  });

  test("export, verify and query work as on a folder, with the same files", async () => {
    const url = `s3://${server.bucket}/team`;
    const exported = await runBin(exportArgs(sources, url), env);
    expect(exported.stderr).not.toMatch(/error|Warning/);
    expect(exported.code).toBe(0);
    expect([...server.objects.keys()].sort()).toEqual([
      `team/${PREFIX}/_manifests/date=2026-11-22/10/allocation.json`,
      `team/${PREFIX}/_manifests/date=2026-11-22/10/container.json`,
      `team/${PREFIX}/_status/last-run.json`,
      `team/${PREFIX}/dataset=allocation/v=1/date=2026-11-22/10.parquet`,
      `team/${PREFIX}/dataset=container/v=1/date=2026-11-22/10.parquet`,
    ]);
    await runHere(exportArgs(sources, `file://${directory}`));
    expect(server.objects.get(`team/${DATA}`)?.bytes.equals(readFileSync(join(directory, DATA)))).toBe(true);
    expect((await runHere(verifyArgs(url), env)).code).toBe(0);
    const counted = await runHere(
      ["query", "--sink", url, "--csv", "SELECT count(*) AS n FROM allocation"],
      env,
    );
    expect(counted).toMatchObject({ code: 0, stdout: "n\n45\n" });
  });

  test.each([
    ["access that is denied", { status: 403, code: "AccessDenied" }, /access is denied; the cluster's role/],
    ["a bucket that does not exist", { status: 404, code: "NoSuchBucket" }, /the bucket does not exist/],
  ])("%s is one line", async (_, fault, message) => {
    server.fault = () => fault;
    const result = await runHere([...exportArgs(sources, `s3://${server.bucket}`), "--quiet"], env);
    server.fault = () => undefined;
    expect(result.code).toBe(5);
    expect(result.stderr.trimEnd().split("\n")).toEqual([expect.stringMatching(message)]);
  });

  test("a server that nobody answers for is one line", async () => {
    const unreachable = { ...env, AWS_ENDPOINT_URL_S3: "http://127.0.0.1:9" };
    const result = await runHere([...exportArgs(sources, `s3://${server.bucket}`), "--quiet"], unreachable);
    expect(result.code).toBe(5);
    expect(result.stderr.trimEnd().split("\n")).toEqual([expect.stringMatching(/AWS_ENDPOINT_URL_S3/)]);
  });

  test("missing credentials are one line", async () => {
    const nobody = { AWS_ENDPOINT_URL_S3: server.url, HOME: directory };
    const result = await runBin([...verifyArgs(`s3://${server.bucket}`), "--quiet"], nobody);
    expect(result.code).toBe(5);
    expect(result.stderr.trimEnd().split("\n")).toEqual([
      expect.stringMatching(/no credentials were found; check the credentials/),
    ]);
  });
});
