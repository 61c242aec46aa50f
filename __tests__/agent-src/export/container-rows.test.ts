import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parseInstantSample, type InstantSample } from "../../../agent-src/adapters/prometheus/sample.ts";
import { openContainer } from "../../../agent-src/export/container-rows.ts";
import { TransientError, UntrustedAnswerError } from "../../../agent-src/export/errors.ts";
import type { HourSummary } from "../../../agent-src/export/hour-source.ts";
import type { QueryJobs } from "../../../agent-src/export/promql.ts";
import type { Row } from "../../../contract/datasets/column.ts";
import { container } from "../../../contract/datasets/container.ts";
import { createInstantSource, sample, type FakeInstantSource } from "../../fakes/fake-instant-source.ts";

const HOUR = 1795341600;
const ARN = "arn:aws:eks:us-east-1:123456789012:cluster/lab";
const JOBS: QueryJobs = { kubeStateMetricsJob: "kube-state-metrics" };
const CAPTURED = join(import.meta.dirname, "../../fixtures/prometheus/container-hour/answers.json");

interface CapturedAnswers {
  readonly answers: Readonly<Record<string, { readonly data: { readonly result: readonly unknown[] } }>>;
}

function capturedPrometheus(): FakeInstantSource {
  const { answers } = JSON.parse(readFileSync(CAPTURED, "utf8")) as CapturedAnswers;
  return createInstantSource(
    Object.fromEntries(
      Object.entries(answers).map(([id, answer]): [string, InstantSample[]] => [
        id,
        answer.data.result.flatMap((element) => parseInstantSample(element) ?? []),
      ]),
    ),
  );
}

async function readHour(
  prometheus: FakeInstantSource,
  jobs = JOBS,
): Promise<{ rows: Row[]; summary: HourSummary }> {
  const versions = async (): Promise<Record<string, string>> => ({ prometheus: "2.42.0" });
  const answer = openContainer({ prometheus, versions, jobs, clusterArn: ARN })(
    HOUR,
    new AbortController().signal,
  );
  const rows: Row[] = [];
  for await (const row of answer.rows) rows.push(row);
  return { rows, summary: answer.summary() };
}

const UID = { one: "11111111-1111-4111-8111-111111111111", two: "22222222-2222-4222-8222-222222222222" };

function cgroup(uid: string, start: string): string {
  return `/kubepods/burstable/pod${uid}/${start}`;
}

/** A Prometheus with one running container `web/shop-0/app`, to which tests add. */
function smallPrometheus(): FakeInstantSource {
  const labels = { namespace: "web", pod: "shop-0", container: "app" };
  return createInstantSource({
    pod_info: [sample({ namespace: "web", pod: "shop-0", uid: UID.one, node: "n1" })],
    running_seconds: [sample({ ...labels, uid: UID.one }, 3600)],
    sample_count: [sample({ ...labels, id: cgroup(UID.one, "a") }, 60)],
    observed_seconds: [sample({ ...labels, id: cgroup(UID.one, "a") }, 3600)],
  });
}

describe("a recorded hour of a real Prometheus", () => {
  const hour = readHour(capturedPrometheus());

  async function find(pod: string, name: string): Promise<Row> {
    const row = (await hour).rows.find(
      (candidate) => candidate["pod"] === pod && candidate["container"] === name,
    );
    if (!row) throw new Error(`no row for ${pod}/${name}`);
    return row;
  }

  test("has exactly the dictionary's columns, sorted by the key, without doubles", async () => {
    const { rows } = await hour;
    const names = container.columns.map((column) => column.name);
    for (const row of rows) expect(Object.keys(row)).toEqual(names);
    const keys = rows.map((row) =>
      JSON.stringify([row["namespace"], row["pod"], row["pod_uid"], row["container"]]),
    );
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toEqual([...keys].sort());
  });

  test("joins usage, requests and state of a container", async () => {
    expect(await find("db-0", "postgres")).toMatchObject({
      hour_start: HOUR * 1000,
      cluster_arn: ARN,
      namespace: "data",
      pod_uid: "8867edfb-b37e-4a47-acd7-cd8ed6fbb481",
      pod_uid_source: "cadvisor",
      container_kind: "app",
      sample_count: 60,
      observed_seconds: 3600,
      running_seconds: 3600,
      restarts: 0,
      cpu_request_cores: 0.5,
      cpu_limit_cores: null,
      cpu_throttled_seconds: null,
      memory_request_bytes: 1024 ** 3,
      terminated_reason: null,
      last_seen: 1795345140000,
    });
  });

  test("averages over the time in which the container was seen, not over the hour", async () => {
    const row = await find("app-003-0955cd0fe-47ab6-old", "app");
    expect(row["sample_count"]).toBe(15);
    // 15 scrapes; without the limit on a sample's age Prometheus' look-back would add five minutes.
    expect(row["observed_seconds"]).toBe(960);
    expect(row["cpu_usage_cores_avg"]).toBe(Number(row["cpu_usage_core_seconds"]) / 960);
  });

  test("leaves out a pod that ended before the hour, although kube-state-metrics still lists it", async () => {
    const { rows } = await hour;
    expect(rows.filter((row) => String(row["pod"]).startsWith("batch-29000000"))).toEqual([]);
  });

  test("has no warnings and names what answered", async () => {
    const { summary } = await hour;
    expect(summary).toEqual({
      queries: { expected: container.queries.length, answered: container.queries.length },
      sources: { prometheus: "2.42.0" },
      warnings: [],
    });
  });

  test("asks every query once, one millisecond before the hour's end, with the jobs filled in", async () => {
    const prometheus = capturedPrometheus();
    await readHour(prometheus, { kubeStateMetricsJob: "ksm", cadvisorJob: "kubelet" });
    expect(prometheus.asked.map((query) => query.id).sort()).toEqual(
      container.queries.map((query) => query.id).sort(),
    );
    expect(new Set(prometheus.asked.map((query) => query.time))).toEqual(new Set([HOUR + 3599.999]));
    for (const { promql } of prometheus.asked) expect(promql).toMatch(/job=~"(ksm|kubelet)"/);
  });
});

describe("a container that was restarted", () => {
  test("is one row: sums of increases, maxima of maxima, means weighted by scrapes", async () => {
    const prometheus = smallPrometheus();
    const start = (id: string, value: number): InstantSample =>
      sample({ namespace: "web", pod: "shop-0", container: "app", id: cgroup(UID.one, id) }, value);
    prometheus.set("sample_count", [start("a", 45), start("b", 15)]);
    prometheus.set("observed_seconds", [start("a", 2700), start("b", 900)]);
    prometheus.set("cpu_usage_core_seconds", [start("a", 100), start("b", 80)]);
    prometheus.set("memory_working_set_bytes_avg", [start("a", 1000), start("b", 2000)]);
    prometheus.set("memory_working_set_bytes_max", [start("a", 1500), start("b", 2500)]);
    prometheus.set("restarts", [
      sample({ namespace: "web", pod: "shop-0", uid: UID.one, container: "app" }, 1),
    ]);
    const { rows } = await readHour(prometheus);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      sample_count: 60,
      observed_seconds: 3600,
      cpu_usage_core_seconds: 180,
      cpu_usage_cores_avg: 0.05,
      memory_working_set_bytes_avg: 1250,
      memory_working_set_bytes_max: 2500,
      restarts: 1,
    });
  });
});

describe("the pod's uid", () => {
  test("is kube-state-metrics' one where a scrape drops cAdvisor's id", async () => {
    const prometheus = smallPrometheus();
    prometheus.set("sample_count", [sample({ namespace: "web", pod: "shop-0", container: "app" }, 60)]);
    prometheus.set("observed_seconds", []);
    const { rows } = await readHour(prometheus);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      pod_uid: UID.one,
      pod_uid_source: "kube-state-metrics",
      running_seconds: 3600,
    });
  });

  test("keeps two pods of one name apart", async () => {
    const prometheus = smallPrometheus();
    const labels = { namespace: "web", pod: "shop-0", container: "app" };
    prometheus.set("running_seconds", [
      sample({ ...labels, uid: UID.one }, 1200),
      sample({ ...labels, uid: UID.two }, 2400),
    ]);
    prometheus.set("sample_count", [
      sample({ ...labels, id: cgroup(UID.one, "a") }, 20),
      sample({ ...labels, id: cgroup(UID.two, "b") }, 40),
    ]);
    const { rows } = await readHour(prometheus);
    expect(rows.map((row) => [row["pod_uid"], row["sample_count"], row["running_seconds"]])).toEqual([
      [UID.one, 20, 1200],
      [UID.two, 40, 2400],
    ]);
  });

  test("is null, flagged and counted when the name had several and the id holds none", async () => {
    const prometheus = smallPrometheus();
    const labels = { namespace: "web", pod: "shop-0", container: "app" };
    prometheus.set("running_seconds", [
      sample({ ...labels, uid: UID.one }, 1200),
      sample({ ...labels, uid: UID.two }, 2400),
    ]);
    prometheus.set("sample_count", [sample(labels, 60)]);
    prometheus.set("observed_seconds", []);
    const { rows, summary } = await readHour(prometheus);
    expect(rows[0]).toMatchObject({
      pod_uid: null,
      pod_uid_source: null,
      container_kind: null,
      sample_count: 60,
    });
    expect(summary.warnings).toContainEqual(expect.stringMatching(/^1 of 3 containers have no pod_uid/));
  });
});

describe("a kubelet whose /metrics/resource is scraped, too", () => {
  const labels = { namespace: "web", pod: "shop-0", container: "app" };
  const resource = (value: number): InstantSample => sample(labels, value);
  const advisor = (value: number, uid = UID.one, start = "a"): InstantSample =>
    sample({ ...labels, id: cgroup(uid, start) }, value);

  test.each(["first", "last"])("does not count a container twice when it answers %s", async (order) => {
    const both = (value: number): InstantSample[] =>
      order === "first" ? [resource(value), advisor(value)] : [advisor(value), resource(value)];
    const prometheus = smallPrometheus();
    prometheus.set("sample_count", both(60));
    prometheus.set("observed_seconds", both(3600));
    prometheus.set("cpu_usage_core_seconds", both(360));
    prometheus.set("memory_working_set_bytes_avg", both(1000));
    const { rows, summary } = await readHour(prometheus);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      pod_uid_source: "cadvisor",
      sample_count: 60,
      observed_seconds: 3600,
      cpu_usage_core_seconds: 360,
      cpu_usage_cores_avg: 0.1,
      memory_working_set_bytes_avg: 1000,
    });
    expect(summary.warnings).not.toContainEqual(expect.stringContaining("more than an hour"));
  });

  test("is no row of its own when two pods had the name", async () => {
    const prometheus = smallPrometheus();
    prometheus.set("running_seconds", [
      sample({ ...labels, uid: UID.one }, 1800),
      sample({ ...labels, uid: UID.two }, 1800),
    ]);
    prometheus.set("sample_count", [resource(60), advisor(30), advisor(30, UID.two, "b")]);
    prometheus.set("observed_seconds", [resource(3600), advisor(1800), advisor(1800, UID.two, "b")]);
    const { rows } = await readHour(prometheus);
    expect(rows.map((row) => [row["pod_uid"], row["sample_count"], row["observed_seconds"]])).toEqual([
      [UID.one, 30, 1800],
      [UID.two, 30, 1800],
    ]);
  });

  test("still gives what cAdvisor lacks", async () => {
    const prometheus = smallPrometheus();
    prometheus.set("cpu_usage_core_seconds", [resource(360)]);
    expect((await readHour(prometheus)).rows[0]).toMatchObject({
      sample_count: 60,
      cpu_usage_core_seconds: 360,
    });
  });
});

describe("the kind of a container", () => {
  test("init, app, ephemeral, or not known", async () => {
    const prometheus = smallPrometheus();
    const pod = { namespace: "web", pod: "shop-0" };
    const seen = (name: string, uid = UID.one, podName = "shop-0"): InstantSample =>
      sample({ namespace: "web", pod: podName, container: name, id: cgroup(uid, name) }, 5);
    prometheus.set("sample_count", [
      seen("app"),
      seen("migrate"),
      seen("debugger"),
      seen("x", UID.two, "stranger"),
    ]);
    prometheus.set("init_containers", [sample({ ...pod, uid: UID.one, container: "migrate" })]);
    const { rows } = await readHour(prometheus);
    expect(Object.fromEntries(rows.map((row) => [row["container"], row["container_kind"]]))).toEqual({
      app: "app",
      migrate: "init",
      debugger: "ephemeral",
      x: null,
    });
  });
});

describe("the node", () => {
  test("comes from the requests when kube_pod_info is missing", async () => {
    const prometheus = smallPrometheus();
    prometheus.set("pod_info", []);
    const labels = {
      namespace: "web",
      pod: "shop-0",
      uid: UID.one,
      container: "app",
      node: "n7",
      resource: "cpu",
    };
    prometheus.set("requests", [sample(labels, 0.25)]);
    const { rows } = await readHour(prometheus);
    expect(rows[0]).toMatchObject({ node: "n7", cpu_request_cores: 0.25, memory_request_bytes: null });
  });

  test("is the one the pod was put on, not the empty one from before", async () => {
    const prometheus = smallPrometheus();
    const pod = { namespace: "web", pod: "shop-0", uid: UID.one };
    prometheus.set("pod_info", [sample({ ...pod, node: "n1" }), sample({ ...pod, node: "" }), sample(pod)]);
    expect((await readHour(prometheus)).rows[0]?.["node"]).toBe("n1");
  });
});

describe("what is a row", () => {
  test("a pod that only waits is none; one that ran between two scrapes of cAdvisor is", async () => {
    const prometheus = smallPrometheus();
    const state = (name: string, value: number): InstantSample =>
      sample({ namespace: "web", pod: "shop-0", uid: UID.one, container: name }, value);
    prometheus.set("running_seconds", [
      state("app", 3600),
      state("waiting", 0),
      state("brief", 60),
      state("crashing", 0),
    ]);
    prometheus.set("restarts", [state("crashing", 7), state("waiting", 0)]);
    const { rows } = await readHour(prometheus);
    expect(rows.map((row) => row["container"])).toEqual(["app", "brief", "crashing"]);
    expect(rows[1]).toMatchObject({ sample_count: null, observed_seconds: null, cpu_usage_cores_avg: null });
  });
});

describe("trust", () => {
  test("no series of cAdvisor is no hour, and the message names matcher and flag", async () => {
    const prometheus = smallPrometheus();
    prometheus.set("sample_count", []);
    const failure = readHour(prometheus, { ...JOBS, cadvisorJob: "kubelets" });
    await expect(failure).rejects.toThrow(UntrustedAnswerError);
    await expect(failure).rejects.toThrow(
      'Prometheus has no series "container_memory_working_set_bytes" of containers with job=~"kubelets" in the hour 2026-11-22T10:00:00Z; name cAdvisor\'s job with --cadvisor-job, and check that Prometheus still has data for that hour',
    );
  });

  test("no series of kube-state-metrics is no hour, and the message names matcher and flag", async () => {
    const prometheus = smallPrometheus();
    prometheus.set("running_seconds", []);
    const failure = readHour(prometheus, { kubeStateMetricsJob: "ksm" });
    await expect(failure).rejects.toThrow(UntrustedAnswerError);
    await expect(failure).rejects.toThrow(
      /with job=~"ksm" in the hour 2026-11-22T10:00:00Z; .* --kube-state-metrics-job/,
    );
  });

  test("a failing query fails the hour", async () => {
    const prometheus = smallPrometheus();
    prometheus.fail("last_seen", new TransientError("gone"));
    await expect(readHour(prometheus)).rejects.toThrow("gone");
  });

  test("a missing metric is null and warned of, except where that is normal", async () => {
    const prometheus = capturedPrometheus();
    for (const id of ["fs_usage_bytes_avg", "cpu_quota_microseconds", "terminated_reason"])
      prometheus.set(id, []);
    const { rows, summary } = await readHour(prometheus);
    expect(rows.every((row) => row["fs_usage_bytes_avg"] === null)).toBe(true);
    expect(summary.warnings).toEqual([
      '"container_fs_usage_bytes" has no series in the hour: fs_usage_bytes_avg is null',
    ]);
  });

  test("an hour of which Prometheus saw only minutes is warned of", async () => {
    const prometheus = smallPrometheus();
    const id = cgroup(UID.one, "a");
    prometheus.set("observed_seconds", [
      sample({ namespace: "web", pod: "shop-0", container: "app", id }, 600),
    ]);
    const { summary } = await readHour(prometheus);
    expect(summary.warnings).toContain(
      "no container was seen for more than 10 of the hour's 60 minutes: Prometheus was down, not yet installed, or has deleted the rest",
    );
  });

  test("a container that was seen for more than an hour is warned of, a restarted one is not", async () => {
    const prometheus = smallPrometheus();
    const start = (id: string, value: number): InstantSample =>
      sample({ namespace: "web", pod: "shop-0", container: "app", id: cgroup(UID.one, id) }, value);
    const words = /^1 of 1 containers were seen for more than an hour .*; name one with --cadvisor-job$/;
    prometheus.set("sample_count", [start("a", 30), start("b", 30)]);
    prometheus.set("observed_seconds", [start("a", 1860), start("b", 1800)]);
    expect((await readHour(prometheus)).summary.warnings).not.toContainEqual(expect.stringMatching(words));
    prometheus.set("observed_seconds", [start("a", 3600), start("b", 3600)]);
    expect((await readHour(prometheus)).summary.warnings).toContainEqual(expect.stringMatching(words));
  });

  test("kubelets that were not scraped are warned of", async () => {
    const prometheus = smallPrometheus();
    const state = (name: string): InstantSample =>
      sample({ namespace: "web", pod: "shop-0", uid: UID.one, container: name }, 3600);
    prometheus.set("running_seconds", [state("app"), state("b"), state("c")]);
    const { summary } = await readHour(prometheus);
    expect(summary.warnings).toContain(
      "cAdvisor did not see 2 of 3 containers that ran: their usage is null; check the scrapes of the kubelets",
    );
  });
});
