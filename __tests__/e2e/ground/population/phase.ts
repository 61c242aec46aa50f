import assert from "node:assert/strict";
import type { Checks } from "../../checks.ts";
import { generateCluster } from "../generator/generate.ts";
import { kubeStateSeries } from "../generator/kube-state-series.ts";
import type { ClusterPlan } from "../generator/plan.ts";
import { PORTS } from "../kubernetes/addresses.ts";
import { waitUntil } from "../kubernetes/kubectl.ts";
import { startPart } from "../parts/lifecycle.ts";
import { holdingTheGround } from "../parts/lock.ts";
import { withNeeds } from "../parts/order.ts";
import type { Part } from "../parts/part.ts";
import { PARTS } from "../parts/registry.ts";
import { programStatuses, statusTable } from "../parts/report.ts";
import { stopParts, stoppingAtSignal } from "../parts/teardown.ts";
import { openApiServer, type ApiClient } from "../kubernetes/api-client.ts";
import { applyPopulation } from "./apply.ts";
import { compareSamples, isCompared, populationSamples, samplesAt, type MetricSum } from "./compare.ts";
import { checkLabels } from "./label-checks.ts";
import { withProgress } from "./progress.ts";
import { removePopulation } from "./remove.ts";
import { parseSamples, type Sample } from "./samples.ts";
import { takeSnapshot, type Snapshot } from "./snapshot.ts";

const NEEDED = ["kwok", "kube-state-metrics"];
const METRICS = `http://127.0.0.1:${PORTS.stateMetrics}/metrics`;
const SETTLE_SECONDS = 180;

/** A generated cluster on simulated nodes: what kube-state-metrics tells of it is what the generator says. */
export async function populationPhases(checks: Checks, pods = 100, seed = "1"): Promise<void> {
  const parts = withNeeds(PARTS, NEEDED);
  await holdingTheGround(async () => {
    if (programStatuses(parts).length > 0) {
      throw new Error(
        'Part of the cluster is up, and may hold other objects; run "npm run ground -- down" first',
      );
    }
    const stopped = [...parts].reverse();
    try {
      await stoppingAtSignal(stopped, () =>
        populate(checks, parts, generateCluster({ seed, pods, hours: 3 })),
      );
    } finally {
      await stopParts(stopped);
    }
  });
}

async function populate(checks: Checks, parts: readonly Part[], plan: ClusterPlan): Promise<void> {
  const api = await checks.phase("population: up", async () => {
    for (const part of parts) await startPart(part);
    return openApiServer();
  });
  if (api) await checkPopulation(checks, api, plan);
  api?.close();
}

async function checkPopulation(checks: Checks, api: ApiClient, plan: ClusterPlan): Promise<void> {
  const snapshot = takeSnapshot(plan);
  const isThere = await checks.phase(
    `population: ${snapshot.pods.length} pods, seed ${plan.seed}`,
    async () => {
      await withProgress((tell) => applyPopulation(api, snapshot, tell));
      console.log(statusTable(programStatuses(withNeeds(PARTS, NEEDED))));
      return true;
    },
  );
  if (!isThere) return;
  await checks.phase("population: as kube-state-metrics tells it", () => checkSeries(checks, plan, snapshot));
  await checks.phase("population: labels", () => checkLabels(checks, api, snapshot));
  await checks.phase("population: names that are used again", () => checkNameReuse(checks, api, snapshot));
  await checks.phase("population: removed", () => checkRemoved(checks, api, snapshot));
}

async function checkSeries(checks: Checks, plan: ClusterPlan, snapshot: Snapshot): Promise<void> {
  await checks.check(
    "every series of the generator is there, with its labels and value, and no other",
    async () => {
      const jobs = new Set(snapshot.pods.filter(({ owner }) => owner.kind === "Job").map(({ name }) => name));
      const generated = samplesAt(kubeStateSeries(plan), snapshot.at);
      // Simulated Jobs are done at once: their pods are there, and do not run.
      const runs = ({ metric, labels }: Sample): boolean =>
        metric !== "kube_pod_container_status_running" || !jobs.has(labels["pod"] ?? "");
      const live = populationSamples(await scrape(), snapshot.mark);
      const { sums, differences } = compareSamples(generated.filter(runs), live.filter(runs));
      console.log(sumsTable(sums));
      assert.deepEqual(differences.slice(0, 10), [], `${differences.length} series differ`);
      for (const { metric, generated: ours } of sums)
        assert.ok(ours.series > 0, `no series of ${metric} was compared`);
    },
  );
  await checks.check("GPUs: whole, time-sliced and MIG, requested as the generator says", async () => {
    const asked = requestedGpus(populationSamples(await scrape(), snapshot.mark));
    const wanted: Record<string, number> = {};
    for (const { gpu } of snapshot.pods.flatMap(({ containers }) => containers)) {
      if (!gpu) continue;
      const resource = gpu.resource.replace(/[^a-z0-9]/g, "_");
      wanted[resource] = (wanted[resource] ?? 0) + gpu.requested;
    }
    assert.deepEqual(asked, wanted);
    assert.equal(Object.keys(asked).length, 3);
  });
  await checks.check("a pod has one uid in all its series, and no two pods have the same", async () => {
    const uids = await podUids(snapshot);
    assert.equal(uids.size, snapshot.pods.length);
    assert.ok([...uids.values()].every((of) => of.size === 1));
    assert.equal(new Set([...uids.values()].flatMap((of) => [...of])).size, snapshot.pods.length);
  });
}

function requestedGpus(samples: readonly Sample[]): Record<string, number> {
  const requested: Record<string, number> = {};
  for (const { metric, labels, value } of samples) {
    const resource = labels["resource"] ?? "";
    if (metric !== "kube_pod_container_resource_requests" || !resource.startsWith("nvidia")) continue;
    requested[resource] = (requested[resource] ?? 0) + value;
  }
  return requested;
}

async function checkNameReuse(checks: Checks, api: ApiClient, snapshot: Snapshot): Promise<void> {
  const reused = snapshot.pods.find(({ owner }) => owner.kind === "StatefulSet");
  const job = snapshot.pods.find(({ owner }) => owner.kind === "Job");
  assert.ok(reused && job);
  await checks.check(`${reused.name} is deleted and comes back under its name with another uid`, async () => {
    const name = `${reused.namespace}/${reused.name}`;
    const before = (await podUids(snapshot)).get(name);
    assert.equal(before?.size, 1);
    await api.send("DELETE", `/api/v1/namespaces/${reused.namespace}/pods/${reused.name}`, {
      gracePeriodSeconds: 0,
    });
    let after: ReadonlySet<string> | undefined;
    await waitUntil(`the successor of ${name}`, SETTLE_SECONDS, async () => {
      after = (await podUids(snapshot)).get(name);
      return after !== undefined && ![...after].some((uid) => before.has(uid));
    });
    assert.equal(new Set([...before, ...(after ?? [])]).size, 2);
  });
  await checks.check("the pod of a Job that is deleted is in no series any more", async () => {
    const path = `/apis/batch/v1/namespaces/${job.namespace}/jobs/${job.owner.name}`;
    await api.send("DELETE", path, { propagationPolicy: "Background" });
    await waitUntil(
      `${job.name} to go`,
      SETTLE_SECONDS,
      async () => !(await podUids(snapshot)).has(`${job.namespace}/${job.name}`),
    );
  });
}

async function checkRemoved(checks: Checks, api: ApiClient, { mark, namespaces }: Snapshot): Promise<void> {
  await checks.check("nothing of it is left", async () => {
    await withProgress((tell) => removePopulation(api, mark, namespaces, tell));
    await waitUntil("its series to go", SETTLE_SECONDS, async () => {
      const left = populationSamples(await scrape(), mark);
      return !left.some(({ metric }) => /^kube_(pod|node|namespace|persistentvolume)/.test(metric));
    });
  });
}

async function scrape(): Promise<Sample[]> {
  const answer = await fetch(METRICS);
  assert.equal(answer.status, 200);
  return parseSamples(await answer.text(), isCompared);
}

async function podUids({ mark }: Snapshot): Promise<Map<string, Set<string>>> {
  const uids = new Map<string, Set<string>>();
  for (const { metric, labels } of populationSamples(await scrape(), mark)) {
    if (!metric.startsWith("kube_pod_")) continue;
    const { namespace, pod, uid } = labels;
    if (uid === undefined) continue;
    const name = `${namespace}/${pod}`;
    uids.set(name, (uids.get(name) ?? new Set()).add(uid));
  }
  return uids;
}

function sumsTable(sums: readonly MetricSum[]): string {
  return sums
    .map(({ metric, generated, live }) =>
      [metric.padEnd(60), generated.series, live.series, generated.sum, live.sum].join("  "),
    )
    .join("\n");
}
