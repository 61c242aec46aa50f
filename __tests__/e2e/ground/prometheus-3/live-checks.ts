import assert from "node:assert/strict";
import { join } from "node:path";
import { createPrometheus } from "../../../../agent-src/adapters/prometheus/client.ts";
import { openContainer } from "../../../../agent-src/export/container-rows.ts";
import { evaluationTime, renderPromql } from "../../../../agent-src/export/promql.ts";
import type { Row } from "../../../../contract/datasets/column.ts";
import { container } from "../../../../contract/datasets/container.ts";
import { hourOf, type Hour } from "../../../../contract/hours.ts";
import type { Checks } from "../../checks.ts";
import { CLUSTER_ARN } from "../../export/cli.ts";
import { askInstant, type AskedSeries } from "../../export/ask-prometheus.ts";
import { getObject, kubectl, tryKubectl, waitUntil } from "../kubernetes/kubectl.ts";
import { applyObjects } from "../kubernetes/objects.ts";
import { SERVICE_PORTS } from "../parts/ports.ts";
import { NAMESPACE, SERVICE_ACCOUNT } from "./access.ts";
import { PROMETHEUS_3 } from "./build.ts";
import { PROBE, probeObjects } from "./probe.ts";
import { JOBS } from "./scrape-config.ts";

const URL = `http://127.0.0.1:${SERVICE_PORTS.prometheusLive}`;
const QUERY_JOBS = { kubeStateMetricsJob: JOBS.stateMetrics, cadvisorJob: JOBS.cadvisor };
const SCRAPED_SECONDS = 120;

/**
 * Queries without an answer about the probe: it has not ended, is no init container, and touches no disk; cAdvisor
 * tells of no file system of a container that containerd runs.
 */
const NOT_OF_THE_PROBE = [
  "terminated_reason",
  "init_containers",
  "fs_usage_bytes_avg",
  "fs_usage_bytes_max",
  "fs_reads_bytes",
  "fs_writes_bytes",
];

/** Metrics of kube-state-metrics that have one series of the probe each. */
const STATE_METRICS = [
  "kube_pod_info",
  "kube_pod_owner",
  "kube_pod_container_status_running",
  "kube_pod_labels",
];

interface ActiveTarget {
  readonly labels: Readonly<Record<string, string>>;
  readonly scrapeUrl: string;
  readonly health: string;
  readonly lastError: string;
}

/** A live Prometheus 3.5 that finds a real cluster's metrics by itself, and what the agent makes of them. */
export async function checkLivePrometheus(checks: Checks, directory: string): Promise<void> {
  const uid = await checks.check("a pod with limits and annotations runs on the real node", () =>
    startProbe(directory),
  );
  if (uid === undefined) return;
  await checks.check("targets of every job are discovered, and all of them answer", async () => {
    await waitUntil("every target to be scraped", SCRAPED_SECONDS, areAllUp);
    for (const { labels, scrapeUrl } of await activeTargets())
      console.log(`        ${labels["job"]}: ${scrapeUrl}`);
  });
  await checks.check("Prometheus may discover and read metrics, and nothing else", checkRights);
  await checks.check("cAdvisor's series name the pod's namespace, name and container, and hold its uid", () =>
    checkCadvisor(uid),
  );
  await checks.check("kube-state-metrics' series are about the same pod", () => checkStateMetrics(uid));
  const hour = await checks.check(
    "every query of the dataset answers for the pod, in the hour that runs",
    checkQueries,
  );
  if (hour !== undefined) {
    await checks.check("the agent makes one row of it, with what was asked for and used", () =>
      checkRow(uid, hour),
    );
  }
  await checks.check("an annotated Service's and an annotated pod's own metrics are there", checkAnnotated);
  await kubectl(["delete", "pod", PROBE.pod, `--namespace=${PROBE.namespace}`]);
}

async function startProbe(directory: string): Promise<string> {
  await applyObjects(join(directory, "probe.json"), probeObjects());
  const wait = ["wait", "pod", PROBE.pod, `--namespace=${PROBE.namespace}`];
  await kubectl([...wait, "--for=condition=Ready", "--timeout=90s"]);
  const pod = await getObject<{ metadata: { uid: string } }>("pod", PROBE.pod, PROBE.namespace);
  return pod.metadata.uid;
}

async function activeTargets(): Promise<readonly ActiveTarget[]> {
  const answer = await fetch(`${URL}/api/v1/targets?state=active`);
  const { data } = (await answer.json()) as { data: { activeTargets: readonly ActiveTarget[] } };
  return data.activeTargets;
}

async function areAllUp(): Promise<boolean> {
  const targets = await activeTargets();
  const jobs = new Set(targets.map(({ labels }) => labels["job"]));
  return Object.values(JOBS).every((job) => jobs.has(job)) && targets.every(({ health }) => health === "up");
}

async function checkRights(): Promise<void> {
  const account = `--as=system:serviceaccount:${NAMESPACE}:${SERVICE_ACCOUNT}`;
  const may = async (verb: string, resource: string): Promise<boolean> =>
    (await tryKubectl(["auth", "can-i", verb, resource, "--all-namespaces", account])).code === 0;
  for (const resource of ["nodes", "pods", "services", "endpointslices.discovery.k8s.io"]) {
    assert.ok(await may("watch", resource), `it may not watch ${resource}`);
  }
  const refused = ["list secrets", "list configmaps", "create pods", "get nodes/proxy", "delete nodes"];
  for (const what of refused) {
    const [verb = "", resource = ""] = what.split(" ");
    assert.equal(await may(verb, resource), false, `it may ${what}`);
  }
}

/** Asks for series of the probe. `at`: epoch seconds; now when it is left out. */
async function ask(query: string, at = Date.now() / 1000): Promise<AskedSeries[]> {
  return askInstant(URL, query, at);
}

const OF_PROBE = `namespace="${PROBE.namespace}", pod="${PROBE.pod}"`;

async function checkCadvisor(uid: string): Promise<void> {
  const metric = "container_cpu_usage_seconds_total";
  let series: AskedSeries[] = [];
  await waitUntil(`"${metric}" of the pod`, SCRAPED_SECONDS, async () => {
    series = await ask(`${metric}{job="${JOBS.cadvisor}", ${OF_PROBE}, container="${PROBE.container}"}`);
    return series.length > 0;
  });
  assert.equal(series.length, 1);
  const [{ labels, values } = { labels: {}, values: [] }] = series;
  assert.equal(labels["instance"], PROBE.node);
  assert.ok(labels["id"]?.replaceAll("_", "-").includes(uid), `the uid "${uid}" is not in "${labels["id"]}"`);
  assert.ok((values[0]?.[1] ?? 0) > 0, "a container that started has used no CPU");
}

async function checkStateMetrics(uid: string): Promise<void> {
  const ours = `${OF_PROBE}, uid="${uid}"`;
  const counts = async (): Promise<Record<string, number>> => {
    const asked = STATE_METRICS.map(async (metric) => {
      const series = await ask(`${metric}{job="${JOBS.stateMetrics}", ${ours}}`);
      return [metric, series.length] as const;
    });
    return Object.fromEntries(await Promise.all(asked));
  };
  const expected = Object.fromEntries(STATE_METRICS.map((metric) => [metric, 1]));
  // The pod may be younger than the last scrape.
  await waitUntil("a scrape that knows the pod", SCRAPED_SECONDS, async () =>
    Object.values(await counts()).every((count) => count > 0),
  ).catch(() => undefined); // what is missing is told below
  assert.deepEqual(await counts(), expected);
  const [info] = await ask(`kube_pod_info{${ours}}`);
  assert.equal(info?.labels["node"], PROBE.node);
}

/**
 * The queries as they are, at the end of the hour that runs, which is in the future: Prometheus answers with what it has
 * until now. Times are too long by up to the five minutes for which it goes on after a last sample.
 * @returns the hour
 */
async function checkQueries(): Promise<Hour> {
  const expected = container.queries.map(({ id }) => id).filter((id) => !NOT_OF_THE_PROBE.includes(id));
  assert.equal(expected.length, container.queries.length - NOT_OF_THE_PROBE.length);
  let silent: string[] = [];
  let hour: Hour = 0;
  const answered = async (): Promise<boolean> => {
    hour = hourOf(Date.now() / 1000);
    const at = evaluationTime(hour);
    const answers = await Promise.all(
      container.queries.map(async ({ id, promql }) => {
        const series = await ask(renderPromql(promql, QUERY_JOBS), at);
        return series.some(({ labels }) => isOfProbe(labels)) ? [id] : [];
      }),
    );
    silent = expected.filter((id) => !answers.flat().includes(id));
    return silent.length === 0;
  };
  await waitUntil("the pod in every answer", SCRAPED_SECONDS, answered).catch((error: unknown) => {
    throw new Error(`No answer about the pod has: ${silent.join(", ")}`, { cause: error });
  });
  return hour;
}

function isOfProbe(labels: Readonly<Record<string, string>>): boolean {
  const { namespace, pod, container: name = PROBE.container } = labels;
  return namespace === PROBE.namespace && pod === PROBE.pod && name === PROBE.container;
}

async function checkRow(uid: string, hour: Hour): Promise<void> {
  const row = await agentRow(hour);
  const { pod_uid, pod_uid_source, container_kind, node, cpu_request_cores, cpu_limit_cores } = row;
  assert.deepEqual([pod_uid, pod_uid_source, container_kind, node], [uid, "cadvisor", "app", PROBE.node]);
  assert.deepEqual([cpu_request_cores, cpu_limit_cores], [PROBE.cpuRequest, PROBE.cpuLimit]);
  assert.deepEqual(
    [row["memory_request_bytes"], row["memory_limit_bytes"]],
    [PROBE.memoryRequest, PROBE.memoryLimit],
  );
  assert.equal(row["cpu_quota_microseconds"], PROBE.cpuLimit * Number(row["cpu_period_microseconds"]));
  const between = (column: string, least: number, most: number): void => {
    const value = Number(row[column]);
    assert.ok(value > least && value <= most, `${column} is "${row[column]}", not in (${least}, ${most}]`);
  };
  between("memory_working_set_bytes_max", 2 ** 20, PROBE.memoryLimit);
  between("cpu_usage_core_seconds", 0, 3600 * PROBE.cpuLimit);
  between("cpu_usage_cores_max", 0, 1.5 * PROBE.cpuLimit);
  between("observed_seconds", 0, 3600);
  between("running_seconds", 0, 3600);
  between("sample_count", 0, 3600);
}

/** The probe's row of an hour, made by the agent's own code. */
async function agentRow(hour: Hour): Promise<Row> {
  const prometheus = createPrometheus({ baseUrl: URL, timeoutSeconds: 30, maxAttempts: 1 });
  const versions = async (signal: AbortSignal): Promise<Record<string, string>> => ({
    prometheus: await prometheus.version(signal),
  });
  const open = openContainer({ prometheus, versions, jobs: QUERY_JOBS, clusterArn: CLUSTER_ARN });
  const answer = open(hour, new AbortController().signal);
  const found: Row[] = [];
  for await (const row of answer.rows) {
    if (row["namespace"] === PROBE.namespace && row["pod"] === PROBE.pod) found.push(row);
  }
  assert.equal(found.length, 1, `the pod has ${found.length} rows`);
  assert.deepEqual(answer.summary().sources, { prometheus: PROMETHEUS_3.version });
  return found[0] ?? {};
}

async function checkAnnotated(): Promise<void> {
  const service = await ask(`coredns_build_info{job="${JOBS.services}", namespace="kube-system"}`);
  const pod = await ask(`coredns_build_info{job="${JOBS.pods}", ${OF_PROBE}}`);
  assert.deepEqual([service.length, pod.length], [1, 1]);
}
