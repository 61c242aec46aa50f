import pMap from "p-map";
import { evaluationTime } from "../../export/promql.ts";
import { ok, warning, type Check, type Finding } from "../check.ts";
import type { DoctorContext } from "../context.ts";
import { selectorsOf, type Selector } from "../selectors.ts";

/** Requests at once: a small Prometheus computes at the same time as it scrapes. */
const CONCURRENCY = 3;

/** Columns that a message names; the others are counted. */
const NAMED = 4;

/** Whether every series that the dictionary reads was there in the last closed hour. */
export const metrics: Check = {
  id: "metrics",
  title: "Prometheus: every metric of the datasets is there",
  about: ["prometheus"],
  needs: ["prometheus-api"],
  run: async (context) => {
    const { settings } = context;
    const selectors = selectorsOf(settings.datasets, settings.jobs);
    const present = await pMap(selectors, (selector) => isPresent(context, selector), {
      concurrency: CONCURRENCY,
    });
    const missing = selectors.filter((_, index) => !present[index]);
    return judge(missing, selectors);
  },
};

/** The last five minutes first, which cost little; the whole hour only where they have nothing. */
async function isPresent({ prometheus, settings }: DoctorContext, { promql }: Selector): Promise<boolean> {
  const at = evaluationTime(settings.hour);
  if ((await prometheus.ask(`count(${promql})`, at)).length > 0) return true;
  return (await prometheus.ask(`count(present_over_time(${promql}[1h]))`, at)).length > 0;
}

function judge(missing: readonly Selector[], all: readonly Selector[]): Finding[] {
  const optional = missing.filter(({ mayBeEmpty }) => mayBeEmpty);
  const there = `${all.length - missing.length} of ${all.length} selectors have series`;
  const without = optional.map(({ metric }) => metric).join(", ");
  return [
    ...EXPORTERS.flatMap((exporter) => judgeExporter(exporter, missing, all)),
    ok(without === "" ? there : `${there}; none, as is normal where nothing of the kind exists: ${without}`),
  ];
}

const EXPORTERS: readonly Selector["exporter"][] = ["kube-state-metrics", "cadvisor", undefined];

function judgeExporter(
  exporter: Selector["exporter"],
  missing: readonly Selector[],
  all: readonly Selector[],
): Finding[] {
  const isExpected = (selector: Selector): boolean => selector.exporter === exporter && !selector.mayBeEmpty;
  const expected = all.filter(isExpected);
  const lacking = missing.filter(isExpected);
  if (exporter !== undefined && lacking.length > 1 && lacking.length === expected.length) {
    return [
      warning(
        `none of the ${lacking.length} metrics of ${exporter} that are always there has series; their columns are null, and hours are refused`,
        `see the check "${exporter}-job"`,
      ),
    ];
  }
  return lacking.map((selector) =>
    warning(
      `"${selector.promql}" has no series in the last closed hour; ${consequence(selector)}`,
      fixOf(selector),
    ),
  );
}

function consequence({ columns }: Selector): string {
  if (columns.length === 0) return "columns that are computed from it are null";
  const more = columns.length > NAMED ? ` and ${columns.length - NAMED} more` : "";
  return `null without it: ${columns.slice(0, NAMED).join(", ")}${more}`;
}

function fixOf({ metric, exporter }: Selector): string {
  switch (exporter) {
    case "kube-state-metrics":
      return `let kube-state-metrics expose it (--metric-allowlist, --resources) and Prometheus keep it (metric_relabel_configs)`;
    case "cadvisor":
      return `let Prometheus keep it (metric_relabel_configs of the job of /metrics/cadvisor)`;
    case undefined:
      return `let Prometheus scrape what exposes "${metric}", and keep it (metric_relabel_configs)`;
  }
}
