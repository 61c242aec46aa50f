import { expect, test, describe } from "@jest/globals";
import { parseRetention } from "../../../agent-src/doctor/retention-text.ts";
import { selectorsOf } from "../../../agent-src/doctor/selectors.ts";
import { DATASETS } from "../../../contract/datasets/index.ts";
import { findingsOf, GOOD, type Changes } from "../../fakes/doctor-context.ts";
import { sample } from "../../fakes/fake-instant-source.ts";
import { datasetNamed, TEN } from "../../fakes/hours.ts";

const aheadBy = (aheadSeconds: number): Changes => ({
  identity: { ...GOOD, answer: { status: 200, contentType: "application/json", aheadSeconds } },
});
const kept = (text: string | undefined): Changes => ({
  prometheus: { configuredRetention: async () => text },
});
const oldest = (seconds: number | undefined): Changes => ({
  prometheus: { oldestSample: async () => seconds },
});
const KSM_TARGET = sample({ job: "kube-state-metrics", instance: "a:8080" });
const OPENCOST_TARGET = sample({ job: "opencost", instance: "b:9003" });
const ksm = (...others: string[]) => others.map((job) => sample({ job }, 5));

test.each<[string, string, Changes, string, RegExp, RegExp]>([
  [
    "a clock ahead of Prometheus by more than --settle",
    "prometheus-clock",
    { prometheus: { aheadSeconds: async () => 180 } },
    "problem",
    /180 s ahead of Prometheus' time\(\).*--settle, 120 s/,
    /chrony/,
  ],
  [
    "a clock a little ahead",
    "prometheus-clock",
    { prometheus: { aheadSeconds: async () => 20 } },
    "warning",
    /20 s ahead/,
    /chrony/,
  ],
  [
    "a clock far behind only delays",
    "prometheus-clock",
    { prometheus: { aheadSeconds: async () => -500 } },
    "warning",
    /500 s behind/,
    /chrony/,
  ],
  [
    "a proxy before Prometheus with another clock",
    "prometheus-clock",
    aheadBy(130),
    "problem",
    /Prometheus' Date header/,
    /chrony/,
  ],
  [
    "OpenCost with another clock",
    "opencost-clock",
    aheadBy(-60),
    "warning",
    /60 s behind OpenCost's Date header/,
    /chrony/,
  ],
  [
    "S3 with another clock",
    "sink-clock",
    { bucket: { aheadSeconds: async () => -1000 } },
    "problem",
    /1000 s behind S3's; from 900 s on/,
    /synchronise/,
  ],
  [
    "S3 with a clock a little off",
    "sink-clock",
    { bucket: { aheadSeconds: async () => 100 } },
    "warning",
    /100 s ahead of S3's/,
    /synchronise/,
  ],
  [
    "a retention shorter than the window",
    "prometheus-retention",
    kept("6h"),
    "warning",
    /keep 6h, so when exports fail for longer than 5 hours, hours are lost/,
    /retention.time.*24h/,
  ],
  ["a retention of just a day", "prometheus-retention", kept("1d"), "warning", /keep 1d/, /retention.time/],
  [
    "a retention that one missed turn outlasts",
    "prometheus-retention",
    kept("2h"),
    "problem",
    /keep 2h, so when exports fail for longer than 1 hour, hours are lost/,
    /retention.time/,
  ],
  [
    "a Prometheus that was installed an hour ago",
    "prometheus-retention",
    oldest(TEN),
    "warning",
    /2026-11-22T10:00:00Z, 1.1 hours ago; hours before it cannot be exported/,
    /nothing to do/,
  ],
  [
    "a Prometheus without data",
    "prometheus-retention",
    oldest(undefined),
    "problem",
    /no series "up"/,
    /targets page/,
  ],
  [
    "kube-state-metrics under another job",
    "kube-state-metrics-job",
    {
      answers: [
        [/^count by \(job\).*kube-state-metrics/, []],
        [/^count by \(job\)/, ksm("ksm", "opencost")],
      ],
    },
    "problem",
    /"kube_pod_container_status_running\{job=~"kube-state-metrics"\}" has no series.*there with job "ksm", "opencost"/,
    /--kube-state-metrics-job ksm/,
  ],
  [
    "no kube-state-metrics at all",
    "kube-state-metrics-job",
    { answers: [[/^count by \(job\)/, []]] },
    "problem",
    /nor has any job/,
    /install kube-state-metrics/,
  ],
  [
    "cAdvisor under another job",
    "cadvisor-job",
    {
      settings: { jobs: { kubeStateMetricsJob: "k", cadvisorJob: "cad" } },
      answers: [
        [/^count by \(job\).*"cad"/, []],
        [/^count by \(job\)/, ksm("kubelet")],
      ],
    },
    "problem",
    /there with job "kubelet"/,
    /--cadvisor-job kubelet/,
  ],
  [
    "no cAdvisor, in a shared store",
    "cadvisor-job",
    {
      settings: { jobs: { kubeStateMetricsJob: "k", matchers: [{ label: "cluster", op: "=", value: "x" }] } },
      answers: [[/^count by \(job\)/, []]],
    },
    "problem",
    /cluster="x"/,
    /metrics\/cadvisor, and check --prometheus-matcher/,
  ],
  ["a job that is there", "cadvisor-job", {}, "ok", /7 series/, /^$/],
  [
    "a metric that nobody has",
    "metrics",
    { answers: [[/container_memory_rss/, []]] },
    "warning",
    /container_memory_rss\{.*null without it: container.memory_rss_bytes_avg, container.memory_rss_bytes_max/,
    /metric_relabel_configs/,
  ],
  [
    "a metric of kube-state-metrics that nobody has",
    "metrics",
    { answers: [[/restarts_total/, []]] },
    "warning",
    /null without it: container.restarts/,
    /--metric-allowlist/,
  ],
  [
    "a metric that only OpenCost has",
    "metrics",
    { answers: [[/node_gpu_hourly_cost/, []]] },
    "warning",
    /"node_gpu_hourly_cost"/,
    /exposes "node_gpu_hourly_cost"/,
  ],
  [
    "cAdvisor scraped every two minutes",
    "cadvisor-interval",
    { answers: [[/^quantile.*container_/, [sample({}, 15)]]] },
    "warning",
    /every 120 s .*limit is 60 s.*observed_seconds/,
    /scrape_interval/,
  ],
  [
    "kube-state-metrics scraped every five minutes",
    "kube-state-metrics-interval",
    { answers: [[/^quantile.*kube_/, [sample({}, 6)]]] },
    "warning",
    /every 300 s.*running_seconds/,
    /scrape_interval/,
  ],
  [
    "kube-state-metrics with one late scrape",
    "kube-state-metrics-interval",
    { answers: [[/^quantile/, [sample({}, 29)]]] },
    "ok",
    /every 62 s/,
    /^$/,
  ],
  [
    "no series to measure",
    "cadvisor-interval",
    { answers: [[/^quantile/, []]] },
    "skipped",
    /has no series/,
    /^$/,
  ],
  [
    "OpenCost's copies",
    "duplicate-opencost-metrics",
    { answers: [[/^group by .*\(kube_.*running\)$/, [KSM_TARGET, OPENCOST_TARGET]]] },
    "warning",
    /job "opencost" scrapes OpenCost with its copies/,
    /regex "kube_\.\*"/,
  ],
  [
    "OpenCost's copies in the job that is named",
    "duplicate-opencost-metrics",
    { answers: [[/^group by .*\(kube_/, [KSM_TARGET, OPENCOST_TARGET]]] },
    "problem",
    /--kube-state-metrics-job matches it, too/,
    /kube-state-metrics alone/,
  ],
  [
    "OpenCost's copies, where its series keep the node as their instance",
    "duplicate-opencost-metrics",
    {
      answers: [
        [/^group by .*\(node_total/, [sample({ job: "opencost", instance: "n1", node: "n1" })]],
        [/^group by .*\(kube_.*running\)$/, [KSM_TARGET, OPENCOST_TARGET]],
      ],
    },
    "warning",
    /job "opencost" scrapes OpenCost with its copies/,
    /regex "kube_\.\*"/,
  ],
  [
    "one job for both exporters, in which OpenCost's copies are dropped",
    "duplicate-opencost-metrics",
    {
      answers: [
        [/^group by .*\(node_total/, [sample({ job: "endpoints", instance: "b:9003" })]],
        [/^group by .*\(kube_/, [sample({ job: "endpoints", instance: "a:8080" })]],
      ],
    },
    "ok",
    /only kube-state-metrics/,
    /^$/,
  ],
  [
    "one job for both exporters, with OpenCost's copies",
    "duplicate-opencost-metrics",
    {
      answers: [
        [/^group by .*\(node_total/, [sample({ job: "endpoints", instance: "b:9003" })]],
        [
          /^group by .*\(kube_/,
          ["a:8080", "b:9003"].map((instance) => sample({ job: "endpoints", instance })),
        ],
      ],
    },
    "problem",
    /job "endpoints" scrapes OpenCost/,
    /^scrape OpenCost in a job of its own, and drop them there/,
  ],
  [
    "kube-state-metrics in a second job",
    "duplicate-opencost-metrics",
    {
      answers: [
        [/^group by .*\(kube_.*running\)$/, [KSM_TARGET, sample({ job: "pods", instance: "a:8080" })]],
      ],
    },
    "warning",
    /and with job "pods"/,
    /scrape kube-state-metrics once/,
  ],
  [
    "two kube-state-metrics",
    "duplicate-kube-state-metrics",
    {
      answers: [
        [/^count\(count by \(namespace, pod, uid/, [sample({}, 41)]],
        [
          /^group by \(job, instance\)/,
          [sample({ job: "ksm", instance: "a:8080" }), sample({ job: "ksm", instance: "b:8080" })],
        ],
      ],
    },
    "warning",
    /41 containers told of more than once, by "ksm a:8080", "ksm b:8080"/,
    /keep one/,
  ],
  [
    "two jobs for a kubelet",
    "duplicate-kubelet-scrapes",
    {
      answers: [
        [/^count\(count by \(namespace, pod, container, id/, [sample({}, 9)]],
        [/^group by \(job\) \(container_/, ksm("kubelet", "cadvisor")],
      ],
    },
    "warning",
    /9 containers measured more than once, by job "cadvisor", "kubelet"/,
    /remove the jobs/,
  ],
  [
    "two prices for a node",
    "duplicate-node-prices",
    { answers: [[/^count by \(node\) \(node_total_hourly_cost\) > 1/, [sample({ node: "n" }, 2)]]] },
    "warning",
    /"node_total_hourly_cost" is there more than once for 1 node,/,
    /one OpenCost/,
  ],
  [
    "two processor prices for a node",
    "duplicate-node-prices",
    {
      answers: [
        [
          /^count by \(node\) \(node_cpu_hourly_cost\) > 1/,
          [sample({ node: "n" }, 2), sample({ node: "m" }, 2)],
        ],
      ],
    },
    "warning",
    /"node_cpu_hourly_cost" is there more than once for 2 nodes,/,
    /one OpenCost/,
  ],
])("%s: %s", async (_name, id, changes, level, text, fix) => {
  const findings = await findingsOf(id, changes);
  const finding = findings.find((one) => one.level === level);
  expect(finding).toMatchObject({ level, text: expect.stringMatching(text) });
  expect(finding?.fix ?? "").toMatch(fix);
});

test("a metric that was there early in the hour is not missing", async () => {
  const findings = await findingsOf("metrics", { answers: [[/^count\(container_memory_rss/, []]] });
  expect(findings.map(({ level }) => level)).toEqual(["ok"]);
});

test("a metric that a healthy cluster may lack is told of, and no warning", async () => {
  const [finding, ...rest] = await findingsOf("metrics", { answers: [[/container_spec_cpu_quota/, []]] });
  expect(rest).toEqual([]);
  expect(finding).toMatchObject({
    level: "ok",
    text: expect.stringMatching(/none, as is normal.*container_spec_cpu_quota/),
  });
});

test("an exporter that has nothing is one finding, not one for each metric", async () => {
  const findings = await findingsOf("metrics", { answers: [[/^count.*kube_/, []]] });
  expect(findings.map(({ level, text }) => [level, text.slice(0, 47)])).toEqual([
    ["warning", expect.stringMatching(/^none of the \d+ metrics of kube-state-metrics/)],
    ["ok", expect.stringMatching(/selectors have series/)],
  ]);
  expect(findings[0]?.fix).toBe('see the check "kube-state-metrics-job"');
});

describe("the selectors of the dictionary", () => {
  const jobs = { kubeStateMetricsJob: "ksm" };

  test("are of every metric that it reads", () => {
    const found = new Set(selectorsOf(DATASETS, jobs).map(({ metric }) => metric));
    const read = new Set(DATASETS.flatMap(({ queries }) => queries.flatMap(({ metrics }) => metrics)));
    expect([...found].sort()).toEqual([...read].sort());
  });

  test("have the matchers of the run, and no placeholder left", () => {
    for (const { promql } of selectorsOf(DATASETS, jobs)) expect(promql).not.toMatch(/\$|\{\}/);
    const [first] = selectorsOf([datasetNamed("allocation")], jobs);
    expect(first?.promql).toBe('kube_pod_info{job=~"ksm"}');
  });
});

test.each([
  ["15d", 1_296_000],
  ["1w2d", 777_600],
  ["15d or 50GB", 1_296_000],
  ["50GB or 2h", 7200],
  ["50GB", undefined],
  ["", undefined],
  ["forever", undefined],
])("retention %j is %s seconds", (text, seconds) => expect(parseRetention(text)).toBe(seconds));
