import { describe, expect, test } from "@jest/globals";
import { CHECKS } from "../../../agent-src/doctor/checks.ts";
import { doctorReport } from "../../../agent-src/doctor/report.ts";
import { runChecks, type DoctorEvent } from "../../../agent-src/doctor/run.ts";
import { doctorContext, runAll } from "../../fakes/doctor-context.ts";

describe("the list of checks", () => {
  test("has each id once", () => {
    const ids = CHECKS.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });

  test("has what a check needs before it", () => {
    const late = CHECKS.flatMap(({ id, needs }, at) =>
      needs
        .filter((need) => !CHECKS.slice(0, at).some((earlier) => earlier.id === need))
        .map((need) => [id, need]),
    );
    expect(late).toEqual([]);
  });
});

describe("running the checks", () => {
  test("finds nothing in a healthy installation with a folder, and none of it skipped but what is S3's or TLS'", async () => {
    const results = await runAll();
    expect(results.filter(({ level }) => level === "warning" || level === "problem")).toEqual([]);
    expect(results.filter(({ level }) => level === "skipped").map(({ id }) => id)).toEqual([
      "prometheus-tls",
      "opencost-tls",
      "sink-dns",
      "sink-connection",
      "sink-identity",
      "sink-region",
      "sink-clock",
      "sink-owner",
    ]);
  });

  test("finds nothing in a healthy installation with a bucket", async () => {
    const results = await runAll({ bucket: {} });
    expect(results.filter(({ level }) => level === "warning" || level === "problem")).toEqual([]);
    expect(results.find(({ id }) => id === "sink-owner")).toMatchObject({ level: "ok" });
  });

  test("skips what needs a check with a problem, and what needs the skipped, and says which", async () => {
    const network = {
      resolve: async () => {
        throw Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" });
      },
    };
    const results = await runAll({ network });
    const of = (id: string) => results.find((result) => result.id === id);
    expect(of("prometheus-dns")).toMatchObject({ level: "problem" });
    expect(of("prometheus-connection")?.findings).toEqual([
      { level: "skipped", text: 'needs "Prometheus: the host name resolves" first' },
    ]);
    expect(of("metrics")).toMatchObject({ level: "skipped" });
    expect(of("sink-write")).toMatchObject({ level: "ok" });
  });

  test("goes on when a check cannot tell, and says why", async () => {
    const results = await runAll({
      answers: [[/./, new Error("Prometheus gave up on query: query timed out")]],
    });
    expect(results.find(({ id }) => id === "metrics")).toMatchObject({
      level: "warning",
      findings: [{ level: "warning", text: "cannot tell: Prometheus gave up on query: query timed out" }],
    });
    expect(results.find(({ id }) => id === "export-lag")).toMatchObject({ level: "ok" });
  });

  test("tells of each check when it begins and when it has ended", async () => {
    const events: DoctorEvent[] = [];
    await runChecks(CHECKS.slice(0, 2), doctorContext(), (event) => events.push(event));
    expect(events.map((event) => event.kind)).toEqual(["started", "finished", "started", "finished"]);
  });

  test("ends when it is given up", async () => {
    const given = new AbortController();
    const run = runChecks(CHECKS, doctorContext({ signal: given.signal }), ({ kind }) => {
      if (kind === "finished") given.abort(new Error("given up"));
    });
    await expect(run).rejects.toThrow("given up");
  });
});

describe("the report", () => {
  test("counts checks by level, and takes the worst for its own", async () => {
    const changes = { folder: { freeBytes: async () => 2e8 } };
    const results = await runAll(changes);
    const report = doctorReport(doctorContext(changes).settings, results, new Date("2026-11-22T11:05:00Z"));
    expect(report).toMatchObject({
      clusterArn: "arn:aws:eks:eu-west-1:123456789012:cluster/prod",
      at: "2026-11-22T11:05:00.000Z",
      hour: "2026-11-22T10:00:00Z",
      level: "warning",
      counts: { problem: 0, warning: 1, skipped: 8, ok: CHECKS.length - 9 },
    });
  });
});
