import { RUN_COLUMNS, type Column, type Dataset, type PrometheusQuery } from "./column.ts";
import { PRESENCE, gaugeOf, keyColumn, labelled, queried } from "./query-forms.ts";

interface Controller {
  readonly kind: "Deployment" | "StatefulSet" | "DaemonSet";
  readonly label: string;
  readonly wanted: string;
  readonly available: string;
}

const CONTROLLERS: readonly Controller[] = [
  {
    kind: "Deployment",
    label: "deployment",
    wanted: "kube_deployment_spec_replicas",
    available: "kube_deployment_status_replicas_available",
  },
  {
    kind: "StatefulSet",
    label: "statefulset",
    wanted: "kube_statefulset_replicas",
    available: "kube_statefulset_status_replicas_available",
  },
  {
    kind: "DaemonSet",
    label: "daemonset",
    wanted: "kube_daemonset_status_desired_number_scheduled",
    available: "kube_daemonset_status_number_available",
  },
];

function rowOf(kind: string, label: string): NonNullable<PrometheusQuery["row"]> {
  return { kind: { text: kind }, namespace: { label: "namespace" }, name: { label } };
}

/** Three statistics of two metrics for each kind of controller; a cluster may have none of a kind. */
function controllerQueries({ kind, label, wanted, available }: Controller): PrometheusQuery[] {
  const query = (
    part: string,
    statistic: "avg" | "max" | "min",
    metric: string,
    meaning: string,
  ): PrometheusQuery => ({
    id: `${label}_${part}_${statistic}`,
    promql: gaugeOf(statistic, `${metric}{$ksm}`, `namespace, ${label}`),
    metrics: [metric],
    fold: "max",
    mayBeEmpty: true,
    row: rowOf(kind, label),
    meaning: `${meaning} of a ${kind}`,
  });
  return [
    query("wanted", "avg", wanted, "Replicas wanted"),
    query("wanted", "max", wanted, "Replicas wanted"),
    query("available", "avg", available, "Replicas available"),
    query("available", "min", available, "Replicas available"),
  ];
}

function jobQuery(id: string, metric: string, labels: string, meaning: string): PrometheusQuery {
  return {
    id,
    promql: gaugeOf("max", `${metric}{$ksm}`, `namespace, job_name${labels}`),
    metrics: [metric],
    fold: labels === "" ? "max" : "text",
    mayBeEmpty: true,
    row: rowOf("Job", "job_name"),
    meaning,
  };
}

function replicas(statistic: string, meaning: string): Column {
  const [query = "", ...alsoQueries] = CONTROLLERS.map(({ label }) => `${label}_${statistic}`);
  const words = `${meaning}; null for Job and CronJob`;
  return queried(`replicas_${statistic}`, "double", "replicas", { query, alsoQueries }, words);
}

/** Controllers of pods: what was wanted, what was there, and which jobs failed. */
export const workload: Dataset = {
  name: "workload",
  version: 1,
  grain:
    "One Deployment, StatefulSet, DaemonSet, Job or CronJob that kube-state-metrics reported in the hour",
  key: ["kind", "namespace", "name"],
  columns: [
    ...RUN_COLUMNS,
    keyColumn("kind", "by the metric", "Deployment, StatefulSet, DaemonSet, Job or CronJob"),
    keyColumn("namespace", "label namespace", "Namespace"),
    keyColumn("name", "label deployment, statefulset, daemonset, job_name or cronjob", "Name"),
    labelled("owner_kind", "job_owner", "owner_kind", "Kind of what made the job; null for other kinds"),
    labelled("owner_name", "job_owner", "owner_name", "Name of what made the job: its CronJob"),
    replicas("wanted_avg", "Replicas wanted, on average"),
    replicas("wanted_max", "Replicas wanted at most"),
    replicas("available_avg", "Replicas available, on average"),
    replicas("available_min", "Replicas available at least"),
    queried("active_pods_max", "double", "pods", { query: "job_active" }, "Pods of the job at most at once"),
    queried(
      "failed_pods",
      "double",
      "pods",
      { query: "job_failed" },
      "Pods of the job that have failed so far; null once the job itself has failed, see failed_reason",
    ),
    labelled(
      "failed_reason",
      "job_failed_reason",
      "reason",
      "Why: BackoffLimitExceeded, DeadlineExceeded, Evicted",
    ),
    queried(
      "succeeded_pods",
      "double",
      "pods",
      { query: "job_succeeded" },
      "Pods of the job that have succeeded so far",
    ),
    labelled("schedule", "cronjob_info", "schedule", "When a CronJob runs"),
  ],
  queries: [
    PRESENCE,
    ...CONTROLLERS.flatMap(controllerQueries),
    jobQuery("job_active", "kube_job_status_active", "", "Pods that run"),
    jobQuery("job_succeeded", "kube_job_status_succeeded", "", "Pods that succeeded"),
    {
      ...jobQuery("job_failed", "kube_job_status_failed", "", "Pods that failed"),
      // With a reason the series is a flag of the job, not a number of pods.
      promql: gaugeOf("max", 'kube_job_status_failed{$ksm, reason=""}', "namespace, job_name"),
    },
    {
      ...jobQuery("job_failed_reason", "kube_job_status_failed", ", reason", "Why pods failed"),
      promql: `max by (namespace, job_name, reason) (max_over_time(kube_job_status_failed{$ksm, reason!=""}[1h])) > 0`,
    },
    jobQuery("job_owner", "kube_job_owner", ", owner_kind, owner_name", "What made the job"),
    {
      id: "cronjob_info",
      promql: gaugeOf("max", "kube_cronjob_info{$ksm}", "namespace, cronjob, schedule"),
      metrics: ["kube_cronjob_info"],
      fold: "text",
      mayBeEmpty: true,
      row: rowOf("CronJob", "cronjob"),
      meaning: "Which CronJobs there were",
    },
  ],
  totals: ["replicas_wanted_avg", "replicas_available_avg", "failed_pods"],
};
