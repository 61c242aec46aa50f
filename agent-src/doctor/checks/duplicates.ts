import { evaluationTime, renderPromql } from "../../export/promql.ts";
import { ok, warning, problem, type Check, type Finding } from "../check.ts";
import type { DoctorContext } from "../context.ts";
import { counted } from "../counted.ts";

/** Of kube-state-metrics, and among the names that OpenCost exposes once more. */
const RUNNING = "kube_pod_container_status_running";
const WORKING_SET = "container_memory_working_set_bytes";

async function ask({ prometheus, settings }: DoctorContext, template: string) {
  return prometheus.ask(renderPromql(template, settings.jobs), evaluationTime(settings.hour));
}

async function jobsOf(context: DoctorContext, template: string): Promise<string[]> {
  const series = await ask(context, `group by (job) (${template})`);
  return series.map(({ labels }) => labels["job"] ?? "").sort();
}

/** What is scraped: several exporters may be targets of one job, as of "kubernetes-service-endpoints". */
interface Target {
  readonly job: string;
  readonly instance: string;
}

async function targetsOf(context: DoctorContext, template: string): Promise<Target[]> {
  const series = await ask(context, `group by (job, instance) (${template})`);
  return series.map(({ labels }) => ({ job: labels["job"] ?? "", instance: labels["instance"] ?? "" }));
}

/**
 * The targets that OpenCost is scraped from. Its series have an `instance` of their own, the node's name; where the
 * scrape honours that, only the job is known, and all of it is taken for OpenCost.
 */
async function openCostTargets(context: DoctorContext, all: readonly Target[]): Promise<Target[]> {
  const series = await ask(context, "group by (job, instance, node) (node_total_hourly_cost{$all})");
  const isScraped = ({ job, instance }: Target): boolean =>
    series.some(({ labels }) => {
      if ((labels["job"] ?? "") !== job) return false;
      return (
        labels["instance"] === instance ||
        (labels["node"] !== undefined && labels["node"] === labels["instance"])
      );
    });
  return all.filter(isScraped);
}

/** Those of `targets` that are, or are not, among `others`. */
function select(
  targets: readonly Target[],
  { among }: { among: boolean },
  others: readonly Target[],
): Target[] {
  const isAmong = (target: Target): boolean =>
    others.some(({ job, instance }) => job === target.job && instance === target.instance);
  return targets.filter((target) => isAmong(target) === among);
}

function jobNames(targets: readonly Target[]): string[] {
  return [...new Set(targets.map(({ job }) => job))].sort();
}

async function countOf(context: DoctorContext, template: string): Promise<number> {
  return (await ask(context, template))[0]?.value ?? 0;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}

/**
 * OpenCost exposes a dozen of kube-state-metrics' names once more. Our queries name their job; OpenCost's own do not, and
 * neither do other people's: requests and capacity count twice there, and idle cost becomes negative.
 */
export const reEmitted: Check = {
  id: "duplicate-opencost-metrics",
  title: "Prometheus: OpenCost's copies of kube-state-metrics are left out",
  about: ["prometheus"],
  needs: ["prometheus-api"],
  run: async (context) => {
    const own = await targetsOf(context, `${RUNNING}{$ksm}`);
    const all = await targetsOf(context, `${RUNNING}{$all}`);
    const copies = await openCostTargets(context, all);
    if (copies.length > 0) return [ofOpenCost(copies, all, own)];
    const others = select(all, { among: false }, own);
    if (own.length > 0 && others.length > 0) {
      return [
        warning(
          `"${RUNNING}" is there with job ${quoted(jobNames(own))} and with job ${quoted(jobNames(others))}; queries that name no job, as OpenCost's, count both`,
          `scrape kube-state-metrics once: remove the other job, or drop "kube_.*" from it (metric_relabel_configs)`,
        ),
      ];
    }
    return [ok("only kube-state-metrics' job has its metrics")];
  },
};

function ofOpenCost(copies: readonly Target[], all: readonly Target[], own: readonly Target[]): Finding {
  const jobs = jobNames(copies);
  const text = `job ${quoted(jobs)} scrapes OpenCost with its copies of kube-state-metrics' metrics, so that requests and capacity count twice for queries that name no job, and idle cost may become negative`;
  // Dropped in a job that scrapes kube-state-metrics, too, its own metrics would be gone.
  const isShared = select(all, { among: false }, copies).some(({ job }) => jobs.includes(job));
  const where = isShared
    ? "scrape OpenCost in a job of its own, and drop them there"
    : "drop them in that job";
  const fix = `${where}: metric_relabel_configs with source_labels [__name__], regex "kube_.*", action drop`;
  if (select(copies, { among: true }, own).length === 0) return warning(text, fix);
  return problem(
    `${text}; --kube-state-metrics-job matches it, too`,
    `${fix}; and let --kube-state-metrics-job match kube-state-metrics alone`,
  );
}

/** Whether each container is told of once by the job that is named for kube-state-metrics. */
export const twoKubeStateMetrics: Check = {
  id: "duplicate-kube-state-metrics",
  title: "Prometheus: one kube-state-metrics",
  about: ["prometheus"],
  needs: ["prometheus-api"],
  run: async (context) => {
    const twice = await countOf(
      context,
      `count(count by (namespace, pod, uid, container) (${RUNNING}{$ksm}) > 1)`,
    );
    if (twice === 0) return [ok("each container is told of once")];
    const instances = await ask(context, `group by (job, instance) (${RUNNING}{$ksm})`);
    const named = instances.map(({ labels }) => `${labels["job"] ?? ""} ${labels["instance"] ?? ""}`).sort();
    return [
      warning(
        `${counted(twice, "container")} told of more than once, by ${quoted(named)}; our queries count them once, sums of others and OpenCost's do not`,
        "keep one kube-state-metrics, or shard it (--shard, --total-shards); let --kube-state-metrics-job match one job",
      ),
    ];
  },
};

/** Whether each container's usage is scraped once. */
export const twoKubeletScrapes: Check = {
  id: "duplicate-kubelet-scrapes",
  title: "Prometheus: each kubelet is scraped once",
  about: ["prometheus"],
  needs: ["prometheus-api"],
  run: async (context) => {
    const series = `${WORKING_SET}{$cadvisor}`;
    const twice = await countOf(context, `count(count by (namespace, pod, container, id) (${series}) > 1)`);
    if (twice === 0) return [ok("each container is measured once")];
    const jobs = await jobsOf(context, series);
    return [
      warning(
        `${counted(twice, "container")} measured more than once, by job ${quoted(jobs)}; our queries count them once, OpenCost's usage and idle cost do not`,
        `remove the jobs of /metrics/cadvisor but one${jobs.length > 1 ? `, for example keep ${jobs[0] ?? ""}` : " (two targets for the same node)"}`,
      ),
    ];
  },
};

const PRICES = ["node_total_hourly_cost", "node_cpu_hourly_cost", "node_ram_hourly_cost"];

/** Whether each node has one price. */
export const twoNodePrices: Check = {
  id: "duplicate-node-prices",
  title: "Prometheus: each node has one price",
  about: ["prometheus"],
  needs: ["prometheus-api"],
  run: async (context) => {
    const findings: Finding[] = [];
    for (const metric of PRICES) {
      const nodes = await ask(context, `count by (node) (${metric}{$all}) > 1`);
      if (nodes.length > 0) findings.push(await ofPrices(context, metric, nodes.length));
    }
    return findings.length > 0 ? findings : [ok("no node has two prices")];
  },
};

async function ofPrices(context: DoctorContext, metric: string, nodes: number): Promise<Finding> {
  const jobs = await jobsOf(context, `${metric}{$all}`);
  return warning(
    `"${metric}" is there more than once for ${counted(nodes, "node")}, by job ${quoted(jobs)}; cost of nodes and idle cost are counted as often, and prices that differ are averaged`,
    "run one OpenCost for the cluster and scrape it with one job; in a shared store name the cluster with --prometheus-matcher",
  );
}
