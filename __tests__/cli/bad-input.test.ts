import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { runBin, type CliResult } from "../fakes/cli.ts";
import { CLUSTER_ARN } from "../fakes/hours.ts";
import { sendJson, startSource, type FakeSource } from "../fakes/http-source.ts";
import { runHere } from "../support/cli-in-process.ts";

let directory: string;
let notASource: FakeSource;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "cli-"));
  writeFileSync(join(directory, "file"), "x");
  notASource = await startSource((_request, response) => sendJson(response, 404, { message: "not here" }));
});
afterAll(async () => {
  await notASource.close();
  rmSync(directory, { recursive: true });
});

/** A good call, of which each case changes one thing. Port 9 of the loopback answers nobody. */
function exportArgs(changes: Readonly<Record<string, string>> = {}): string[] {
  const flags = {
    "--prometheus-url": "http://127.0.0.1:9",
    "--opencost-url": "http://127.0.0.1:9",
    "--cluster-arn": CLUSTER_ARN,
    "--sink": `file://${directory}/out`,
    ...changes,
  };
  return ["export", ...Object.entries(flags).flat()];
}

const NAMES =
  "allocation, container, pod, node, workload, namespace, persistent_volume, persistent_volume_claim, " +
  "scrape_health, gpu, focus, samples";

type Case = [string, () => string[], number, RegExp];

/** Asserts one line on stderr, and the exit code. */
function expectOneLine({ code, stderr }: CliResult, expected: number, message: RegExp): void {
  const lines = stderr.trimEnd().split("\n");
  expect(lines).toEqual([expect.stringMatching(/^error: /)]);
  expect(lines[0]?.slice("error: ".length)).toMatch(message);
  expect(code).toBe(expected);
}

describe("one wrong thing is one clear line and a non-zero exit code", () => {
  test.each<Case>([
    [
      "an unknown flag",
      () => [...exportArgs(), "--sinks", "x"],
      2,
      /^unknown option '--sinks' \(Did you mean --sink\?\)$/,
    ],
    ["a flag without its value", () => ["export", "--sink"], 2, /^option '--sink <url>' argument missing$/],
    [
      "a Prometheus URL that is none",
      () => exportArgs({ "--prometheus-url": "prometheus:9090" }),
      2,
      /^--prometheus-url "prometheus:9090" is not an http or https URL; expected the form "http:\/\/host:9090"$/,
    ],
    [
      "an OpenCost URL that is none",
      () => exportArgs({ "--opencost-url": "not a url" }),
      2,
      /^--opencost-url "not a url" is not a URL; expected the form/,
    ],
    [
      "an ARN that is none",
      () => exportArgs({ "--cluster-arn": "https://eks.example/prod" }),
      2,
      /^--cluster-arn "https:\/\/eks.example\/prod" is not an EKS cluster ARN; expected the form "arn:aws:eks:/,
    ],
    [
      "the ARN of a node group",
      () => exportArgs({ "--cluster-arn": "arn:aws:eks:eu-west-1:123456789012:nodegroup/prod/a/b" }),
      2,
      /is not an EKS cluster ARN/,
    ],
    [
      "an ARN whose partition is not the region's",
      () => exportArgs({ "--cluster-arn": "arn:aws:eks:cn-north-1:123456789012:cluster/prod" }),
      2,
      /has the partition "aws", but the region "cn-north-1" is in "aws-cn"$/,
    ],
    [
      "a sink of another kind",
      () => exportArgs({ "--sink": "gs://bucket" }),
      2,
      /^Sink "gs:\/\/bucket" is not understood; expected "file:/,
    ],
    [
      "a sink that is a path",
      () => exportArgs({ "--sink": "./out" }),
      2,
      /"\.\/out" is not understood; expected "file:/,
    ],
    [
      "a bucket name that cannot be",
      () => exportArgs({ "--sink": "s3://My_Bucket" }),
      2,
      /names no valid S3 bucket \("My_Bucket"\)/,
    ],
    [
      "a key prefix that leads astray",
      () => exportArgs({ "--key-prefix": "../x" }),
      2,
      /^--key-prefix "\.\.\/x" is not a key prefix/,
    ],
    [
      "an end before the start",
      () => [...exportArgs(), "--from", "2026-11-22T05:00:00Z", "--until", "2026-11-22T03:00:00Z"],
      2,
      /^--until "2026-11-22T03:00:00Z" .* must be after --from/,
    ],
    [
      "a time that is none",
      () => [...exportArgs(), "--from", "yesterday"],
      2,
      /^--from "yesterday" is not a time; use a date/,
    ],
    [
      "an unknown dataset",
      () => exportArgs({ "--datasets": "allocation,pods" }),
      2,
      new RegExp(`^--datasets names "pods", which do not exist; choose from ${NAMES}$`),
    ],
    [
      "an unknown job",
      () => exportArgs({ "--job": "daily" }),
      2,
      /^--job "daily" does not exist; choose from hourly, samples, all$/,
    ],
    [
      "a duration that is none",
      () => exportArgs({ "--timeout": "soon" }),
      2,
      /^--timeout "soon" is not a duration between 1s and 3600s/,
    ],
    [
      "a count that is none",
      () => exportArgs({ "--max-hours": "0" }),
      2,
      /^--max-hours "0" is not a whole number between 1 and 8784$/,
    ],
    [
      "a currency that is none",
      () => exportArgs({ "--currency": "dollars" }),
      2,
      /^--currency "dollars" is not a currency code/,
    ],
    [
      "a pattern that is none",
      () => exportArgs({ "--cadvisor-job": "(" }),
      2,
      /^--cadvisor-job "\(": Invalid regular expression/,
    ],
    [
      "sources that verify is to ask, and does not know",
      () => [
        "verify",
        "--against-sources",
        "--cluster-arn",
        CLUSTER_ARN,
        "--sink",
        `file://${directory}/out`,
      ],
      2,
      /^--prometheus-url is missing; for example --prometheus-url http:\/\/127\.0\.0\.1:9090$/,
    ],
    [
      "a folder that is a file",
      () => ["verify", "--cluster-arn", CLUSTER_ARN, "--sink", `file://${directory}/file`],
      5,
      /^Cannot list ".*": a part of the path is a file; choose another folder$/,
    ],
    [
      "two statements, of which only one would be answered",
      () => ["query", "--sink", `file://${directory}`, "SELECT 1; SELECT 2"],
      2,
      /^The SQL has several statements, and "query" answers one; ask them one by one$/,
    ],
    [
      "a wrong flag where 2 means that changes are pending",
      () => ["roles", "plan", "--regions", "moon", "--detailed-exitcode"],
      1,
      /^--regions names "moon"/,
    ],
    [
      "two formats",
      () => ["query", "--sink", `file://${directory}`, "SELECT 1", "--csv", "--json"],
      2,
      /^--csv and --json exclude each other; choose one$/,
    ],
    [
      "an unknown dataset's schema",
      () => ["schema", "pods"],
      2,
      new RegExp(`^There is no dataset "pods"; choose from ${NAMES}$`),
    ],
  ])("%s", async (_, args, code, message) => {
    const result = await runHere([...args(), "--quiet"]);
    expectOneLine(result, code, message);
    if (!args().includes("--json")) expect(result.stdout).toBe("");
  });

  test("several wrong things are said together, one line each", async () => {
    const result = await runHere([
      "export",
      "--job",
      "daily",
      "--prometheus-url",
      "x:",
      "--max-hours",
      "many",
    ]);
    expect(result.code).toBe(2);
    expect(
      result.stderr
        .trimEnd()
        .split("\n")
        .map((line) => line.split(" ").slice(0, 2).join(" ")),
    ).toEqual([
      "error: --job",
      "error: --prometheus-url",
      "error: --sink",
      "error: --cluster-arn",
      "error: --max-hours",
    ]);
  });

  test("with --json the problems are one object on stdout, too", async () => {
    const result = await runHere(["schema", "pods", "--json"]);
    expect(JSON.parse(result.stdout)).toEqual({
      error: [`There is no dataset "pods"; choose from ${NAMES}`],
      exitCode: 2,
    });
  });
});

// One of each kind as a process, so that the program's own start, streams and exit code are held, too: flags, sources
// that are asked again for seconds, DuckDB's native library. At once, because most of it is waiting.
describe("a process says it in one line, too, and ends with the code", () => {
  test.concurrent.each<Case>([
    ["an unknown command", () => ["exprot"], 2, /^unknown command 'exprot' \(Did you mean export\?\)$/],
    [
      "a Prometheus that nobody answers for",
      () => exportArgs(),
      5,
      /^Cannot reach Prometheus at "http:\/\/127\.0\.0\.1:9".*check --prometheus-url$/,
    ],
    [
      "something else than Prometheus",
      () => exportArgs({ "--prometheus-url": notASource.url }),
      2,
      /--prometheus-url/,
    ],
    [
      "SQL that is none",
      () => ["query", "--sink", `file://${directory}`, "SELEC 1"],
      2,
      /^The SQL failed: Parser Error: syntax error at or near "SELEC"$/,
    ],
    [
      "a column that is none",
      () => ["query", "--sink", `file://${directory}`, "SELECT nope FROM allocation"],
      2,
      /^The SQL failed: Binder Error: Referenced column "nope" not found/,
    ],
    [
      "an unknown flag where 2 means that changes are pending",
      () => ["roles", "plan", "--detailed-exitcode", "--region", "eu-west-1"],
      1,
      /^unknown option '--region'/,
    ],
  ])("%s", async (_, args, code, message) => {
    const result = await runBin([...args(), "--quiet"]);
    expectOneLine(result, code, message);
    expect(result.stdout).toBe("");
  });

  test.concurrent("a stack trace is for --debug only", async () => {
    const result = await runBin(["schema", "pods", "--debug"]);
    expect(result.stderr).toMatch(/^error: There is no dataset "pods".*\nConfigError: .*\n {4}at /);
  });
});
