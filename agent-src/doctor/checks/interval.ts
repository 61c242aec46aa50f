import { evaluationTime, renderPromql } from "../../export/promql.ts";
import { ok, skipped, warning, type Check, type Finding } from "../check.ts";
import type { DoctorContext } from "../context.ts";

/** The dictionary's queries look at each minute: see `observed_seconds` and `running_seconds`. */
const MINUTE = 60;

/** A scrape that came late by a few seconds leaves one sample fewer in the half hour. */
const TOLERANCE = 1.05;

const RANGE_SECONDS = 1800;

interface Measured {
  readonly metric: string;
  readonly placeholder: "$ksm" | "$cadvisor";
  readonly effect: string;
  readonly job: string;
}

/** Whether cAdvisor is scraped each minute. */
export const cadvisorInterval: Check = intervalCheck("cadvisor-interval", "cAdvisor is scraped each minute", {
  metric: "container_memory_working_set_bytes",
  placeholder: "$cadvisor",
  effect:
    "observed_seconds counts minutes without a scrape as not observed from 120 s on, and maxima and percentiles miss peaks",
  job: "of /metrics/cadvisor",
});

/** Whether kube-state-metrics is scraped each minute. */
export const kubeStateMetricsInterval: Check = intervalCheck(
  "kube-state-metrics-interval",
  "kube-state-metrics is scraped each minute",
  {
    metric: "kube_pod_container_status_running",
    placeholder: "$ksm",
    effect: "running_seconds is exact to the interval only, and pods that live shorter may be missed",
    job: "of kube-state-metrics",
  },
);

function intervalCheck(id: string, title: string, measured: Measured): Check {
  return {
    id,
    title: `Prometheus: ${title}`,
    about: ["prometheus"],
    needs: ["prometheus-api"],
    run: async (context) => [await measure(context, measured)],
  };
}

/** The median over targets of the interval of each target's longest-lived series, in the hour's last half. */
async function measure({ prometheus, settings }: DoctorContext, of: Measured): Promise<Finding> {
  const series = renderPromql(`${of.metric}{${of.placeholder}}`, settings.jobs);
  const longest = `max by (job, instance) (count_over_time(${series}[${RANGE_SECONDS}s]))`;
  const [median] = await prometheus.ask(`quantile(0.5, ${longest})`, evaluationTime(settings.hour));
  if (!median) return skipped(`"${series}" has no series in the last half of the hour`);
  const seconds = Math.round(RANGE_SECONDS / median.value);
  if (seconds <= MINUTE * TOLERANCE) return ok(`every ${seconds} s`);
  return warning(
    `it is scraped every ${seconds} s (half of the targets at most as often); the limit is ${MINUTE} s: ${of.effect}`,
    `set scrape_interval of the job ${of.job} to 60s or less; right after an installation run doctor again after the next full hour`,
  );
}
