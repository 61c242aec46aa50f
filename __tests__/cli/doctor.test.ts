import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { readCaptured, sendCaptured } from "../fakes/captured.ts";
import type { CliResult } from "../fakes/cli.ts";
import { json, PREFIX } from "../fakes/cli-args.ts";
import { startHourSources, type HourSources } from "../fakes/hour-sources.ts";
import { CLUSTER_ARN } from "../fakes/hours.ts";
import { sendJson, startSource, type FakeSource, type ReceivedRequest } from "../fakes/http-source.ts";
import { FakeS3 } from "../fakes/s3-server.ts";
import { runHere } from "../support/cli-in-process.ts";

let directory: string;
let sources: HourSources;
const open: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "doctor-"));
  sources = await startHourSources();
});
afterEach(async () => {
  await sources.close();
  await Promise.all(open.splice(0).map((one) => one.close()));
  rmSync(directory, { recursive: true });
});

async function start(
  answer: (request: ReceivedRequest, response: ServerResponse) => void,
): Promise<FakeSource> {
  const source = await startSource(answer);
  open.push(source);
  return source;
}

function args(changes: Readonly<Record<string, string>> = {}, ...more: string[]): string[] {
  const flags = {
    "--prometheus-url": sources.prometheus.url,
    "--opencost-url": sources.openCost.url,
    "--cluster-arn": CLUSTER_ARN,
    "--sink": `file://${directory}`,
    "--until": "2026-11-22T11:00:00Z",
    ...changes,
  };
  return ["doctor", "--json", ...Object.entries(flags).flat(), ...more];
}

interface Found {
  readonly id: string;
  readonly level: string;
  readonly findings: readonly { readonly text: string; readonly fix?: string }[];
}

function checkOf(result: CliResult, id: string): Found {
  const found = (json(result)["checks"] as readonly Found[]).find((check) => check.id === id);
  if (!found) throw new Error(`no check "${id}"`);
  return found;
}

/** A Prometheus that answers every query so, and is one otherwise. */
function prometheusSaying(answer: (query: string, response: ServerResponse) => void): Promise<FakeSource> {
  return start(({ path, params }, response) => {
    if (path === "/api/v1/status/buildinfo")
      sendCaptured(response, readCaptured("prometheus/v2.42/buildinfo"));
    else if (path === "/api/v1/status/runtimeinfo")
      sendJson(response, 200, { status: "success", data: { storageRetention: "2h" } });
    else answer(params["query"] ?? "", response);
  });
}

describe("doctor against servers", () => {
  test("writes its report to the sink, and prints the same", async () => {
    const result = await runHere(args());
    const report: unknown = JSON.parse(readFileSync(join(directory, PREFIX, "_status/doctor.json"), "utf8"));
    expect(report).toEqual(json(result));
    expect(report).toMatchObject({ clusterArn: CLUSTER_ARN, hour: "2026-11-22T10:00:00Z" });
    expect(checkOf(result, "prometheus-api")).toMatchObject({ level: "ok" });
    expect(checkOf(result, "opencost-api").findings[0]?.text).toContain("dev-20251219");
    expect(checkOf(result, "sink-write")).toMatchObject({ level: "ok" });
  });

  test("leaves no report when it is told so", async () => {
    await runHere(args({}, "--no-write-status"));
    expect(() => readFileSync(join(directory, PREFIX, "_status/doctor.json"))).toThrow("ENOENT");
  });

  test("takes everything from variables, and ends with 4 for a problem, without colours", async () => {
    const result = await runHere(["doctor"], {
      CONTAINER_INSIGHTS_PROMETHEUS_URL: "http://127.0.0.1:9",
      CONTAINER_INSIGHTS_OPENCOST_URL: sources.openCost.url,
      CONTAINER_INSIGHTS_CLUSTER_ARN: CLUSTER_ARN,
      CONTAINER_INSIGHTS_SINK: `file://${directory}`,
      CONTAINER_INSIGHTS_NO_WRITE_STATUS: "true",
    });
    expect(result.code).toBe(4);
    expect(result.stdout).toMatch(
      /✗ prometheus-connection: cannot connect to Prometheus at "127.0.0.1:9" \(ECONNREFUSED\)/,
    );
    expect(result.stdout).toMatch(/fix: nothing listens on port 9: check the port of --prometheus-url/);
    expect(result.stdout).toMatch(/✗ 1 problem, \d+ warnings? in 37 checks/);
    expect(result.stdout + result.stderr).not.toContain("\u001b");
    expect(() => readFileSync(join(directory, PREFIX, "_status/doctor.json"))).toThrow("ENOENT");
  });

  test("says all that is wrong with its flags at once, as export does", async () => {
    const result = await runHere(["doctor", "--prometheus-url", "x", "--settle", "soon"]);
    expect(result.code).toBe(2);
    expect(result.stderr.trimEnd().split("\n")).toEqual([
      expect.stringMatching(/^error: --opencost-url is missing; for example/),
      expect.stringMatching(/^error: --prometheus-url "x" is not a URL/),
      expect.stringMatching(/^error: --sink is missing/),
      expect.stringMatching(/^error: --cluster-arn is missing/),
      'error: --settle "soon" is not a duration between 0s and 86400s; use for example "60s" or "2m"',
    ]);
  });

  test.each([
    [401, "prometheus-auth", /HTTP 401/],
    [403, "prometheus-auth", /HTTP 403/],
    [404, "prometheus-api", /does not answer like a Prometheus.*HTTP 404/],
    [500, "prometheus-api", /status 500/],
  ])("a Prometheus that says %s to everything is a problem of %s", async (status, id, text) => {
    const server = await start(
      (_request, response) => void response.writeHead(status).end("<html>no</html>"),
    );
    const result = await runHere(args({ "--prometheus-url": server.url }));
    expect(checkOf(result, id)).toMatchObject({
      level: "problem",
      findings: [{ text: expect.stringMatching(text) }],
    });
    expect([result.code, checkOf(result, "metrics").level]).toEqual([4, "skipped"]);
  });

  test("an OpenCost where Prometheus should be is a problem, and the other way round", async () => {
    const swapped = { "--prometheus-url": sources.openCost.url, "--opencost-url": sources.prometheus.url };
    const result = await runHere(args(swapped));
    expect(checkOf(result, "prometheus-api")).toMatchObject({ level: "problem" });
    expect(checkOf(result, "opencost-api")).toMatchObject({ level: "problem" });
  });

  test.each(["err-422-max-samples", "err-503-timeout", "err-400-parse"])(
    "a Prometheus that answers queries with %s cannot be told about, and that is said",
    async (name) => {
      const server = await prometheusSaying((_query, response) =>
        sendCaptured(response, readCaptured(`prometheus/v2.42/${name}`)),
      );
      const result = await runHere(args({ "--prometheus-url": server.url }));
      const { level, findings } = checkOf(result, "metrics");
      expect([level, findings[0]?.text]).toEqual([
        "warning",
        expect.stringMatching(/^cannot tell: Prometheus /),
      ]);
    },
  );

  test("a Prometheus with another clock and a short memory is found by its own words", async () => {
    const late = Date.now() / 1000 - 300;
    const server = await prometheusSaying((query, response) => {
      const scalar = { resultType: "scalar", result: [late, String(late)] };
      const none = { resultType: query === "group(up)" ? "matrix" : "vector", result: [] };
      sendJson(response, 200, { status: "success", data: query === "time()" ? scalar : none });
    });
    const result = await runHere(args({ "--prometheus-url": server.url }));
    expect(checkOf(result, "prometheus-clock")).toMatchObject({
      level: "problem",
      findings: [{ text: expect.stringMatching(/(299|300|301|302) s ahead of Prometheus' time\(\)/) }, {}],
    });
    expect(checkOf(result, "prometheus-retention").findings.map(({ text }) => text)).toEqual([
      expect.stringMatching(/configured to keep 2h, so when exports fail for longer than 1 hour/),
      expect.stringMatching(/no series "up" at all/),
    ]);
    expect(checkOf(result, "kube-state-metrics-job")).toMatchObject({ level: "problem" });
  });

  test("an OpenCost whose Prometheus is down is not taken for a good one", async () => {
    sources.onAllocation = (response) =>
      sendCaptured(response, readCaptured("opencost/err-500-prometheus-down"));
    const { level, findings } = checkOf(await runHere(args()), "opencost-hour");
    expect([level, findings[0]?.text]).toEqual([
      "warning",
      expect.stringMatching(/^cannot tell: OpenCost .*500/),
    ]);
  });
});

describe("doctor against S3", () => {
  let s3: FakeS3;
  beforeEach(async () => void (s3 = await FakeS3.start()));
  afterEach(() => s3.stop());

  const look = (bucket = "insights", env: Readonly<Record<string, string>> = {}): Promise<CliResult> =>
    runHere(args({ "--sink": `s3://${bucket}` }, "--s3-force-path-style"), {
      AWS_ENDPOINT_URL_S3: s3.url,
      AWS_ACCESS_KEY_ID: "key",
      AWS_SECRET_ACCESS_KEY: "secret",
      ...env,
    });

  /** An STS that knows the caller as of this account. */
  async function lookWithSts(account: string): Promise<CliResult> {
    const arn = `<Arn>arn:aws:sts::${account}:assumed-role/prod/export</Arn>`;
    const sts = await start((_request, response) => {
      const result = `<GetCallerIdentityResult>${arn}<Account>${account}</Account></GetCallerIdentityResult>`;
      response
        .writeHead(200, { "content-type": "text/xml" })
        .end(`<GetCallerIdentityResponse>${result}</GetCallerIdentityResponse>`);
    });
    return look("insights", { AWS_ENDPOINT_URL_STS: sts.url });
  }

  test("a bucket that takes everything is fine, and keeps the report", async () => {
    const result = await look();
    for (const id of ["sink-dns", "sink-connection", "sink-clock", "sink-write", "export-lag"]) {
      expect([id, checkOf(result, id).level]).toEqual([id, "ok"]);
    }
    expect([...s3.objects.keys()].sort()).toEqual([
      `${PREFIX}/_status/doctor-probe.json`,
      `${PREFIX}/_status/doctor.json`,
    ]);
  });

  test.each([
    [403, "AccessDenied", /access is denied to these credentials/],
    [403, "RequestTimeTooSkewed", /15 minutes off/],
    [403, "SignatureDoesNotMatch", /secret key/],
    [400, "KMS.DisabledException", /KMS key is disabled/],
  ])(
    "a bucket that says %s %s to writes is a problem, and nothing else is lost",
    async (status, code, text) => {
      s3.fault = (action) => (action === "PutObject" ? { status, code } : undefined);
      const result = await look();
      expect(checkOf(result, "sink-write")).toMatchObject({
        level: "problem",
        findings: [{ text: expect.stringMatching(text) }],
      });
      expect(result.code).toBe(4);
      expect(result.stderr).toContain("_status/doctor.json could not be written");
    },
  );

  test("the principal is named when it is refused, and its account compared", async () => {
    s3.fault = (action) => (action === "PutObject" ? { status: 403, code: "AccessDenied" } : undefined);
    const result = await lookWithSts("999999999999");
    expect(checkOf(result, "sink-identity")).toMatchObject({
      level: "warning",
      findings: [{ text: expect.stringMatching(/of the account 999999999999.*names 123456789012/) }],
    });
    expect(checkOf(result, "sink-write").findings[0]?.text).toContain(
      'denied to "arn:aws:sts::999999999999:assumed-role/prod/export"',
    );
  });

  test("a bucket of another owner is told by a listing that names the owner", async () => {
    expect(checkOf(await lookWithSts("123456789012"), "sink-owner")).toMatchObject({ level: "ok" });
    s3.fault = () =>
      s3.log.at(-1)?.headers["x-amz-expected-bucket-owner"] === undefined
        ? undefined
        : { status: 403, code: "AccessDenied" };
    expect(checkOf(await lookWithSts("123456789012"), "sink-owner")).toMatchObject({ level: "warning" });
  });

  test("a bucket that is not there is a problem", async () => {
    expect(checkOf(await look("no-such-bucket"), "sink-write")).toMatchObject({
      level: "problem",
      findings: [{ text: expect.stringMatching(/bucket does not exist/) }],
    });
  });
});
