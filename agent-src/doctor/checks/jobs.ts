import { evaluationTime, renderPromql } from "../../export/promql.ts";
import { ok, problem, type Check, type Finding } from "../check.ts";
import type { DoctorContext } from "../context.ts";

interface Exporter {
  readonly id: string;
  readonly name: string;
  readonly flag: string;
  /** Every installation has it, for each container. */
  readonly metric: string;
  readonly placeholder: "$ksm" | "$cadvisor";
  readonly install: string;
}

const KUBE_STATE_METRICS: Exporter = {
  id: "kube-state-metrics-job",
  name: "kube-state-metrics",
  flag: "--kube-state-metrics-job",
  metric: "kube_pod_container_status_running",
  placeholder: "$ksm",
  install: "install kube-state-metrics and let Prometheus scrape it",
};

const CADVISOR: Exporter = {
  id: "cadvisor-job",
  name: "cAdvisor",
  flag: "--cadvisor-job",
  metric: "container_memory_working_set_bytes",
  placeholder: "$cadvisor",
  install: "let Prometheus scrape the kubelets' /metrics/cadvisor",
};

/** Whether the job that is named for kube-state-metrics has its metrics. */
export const kubeStateMetricsJob = jobCheck(KUBE_STATE_METRICS);

/** Whether the job that is named for cAdvisor has its metrics. */
export const cadvisorJob = jobCheck(CADVISOR);

function jobCheck(exporter: Exporter): Check {
  return {
    id: exporter.id,
    title: `Prometheus: ${exporter.flag} names a job with its metrics`,
    about: ["prometheus"],
    needs: ["prometheus-api"],
    run: async (context) => [await findJob(context, exporter)],
  };
}

async function findJob({ prometheus, settings }: DoctorContext, exporter: Exporter): Promise<Finding> {
  const { metric, placeholder, name, flag } = exporter;
  const at = evaluationTime(settings.hour);
  const asked = renderPromql(`${metric}{${placeholder}}`, settings.jobs);
  const found = await prometheus.ask(`count by (job) (present_over_time(${asked}[1h]))`, at);
  if (found.length > 0) {
    const series = found.reduce((sum, { value }) => sum + value, 0);
    return ok(
      `job ${quoted(found.map(({ labels }) => labels["job"] ?? ""))} has ${series} series of "${metric}"`,
    );
  }
  const elsewhere = renderPromql(`${metric}{$all}`, settings.jobs);
  const others = await prometheus.ask(`count by (job) (present_over_time(${elsewhere}[1h]))`, at);
  const text = `"${asked}" has no series in the last closed hour`;
  if (others.length > 0) {
    const jobs = others.map(({ labels }) => labels["job"] ?? "");
    return problem(
      `${text}; the metric is there with job ${quoted(jobs)}`,
      `name ${name}'s job: ${flag} ${jobs[0] ?? ""}`,
    );
  }
  const matchers = settings.jobs.matchers?.length ? ", and check --prometheus-matcher" : "";
  return problem(`${text}, nor has any job "${metric}"`, `${exporter.install}${matchers}`);
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
