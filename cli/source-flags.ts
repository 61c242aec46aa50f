import type { Command } from "commander";
import { parseBaseUrl } from "../agent-src/adapters/base-url.ts";
import { DEFAULT_CONCURRENCY } from "../agent-src/adapters/prometheus/client.ts";
import { needOpenCost, type SourceSettings } from "../agent-src/export/hourly.ts";
import { parseMatchers } from "../agent-src/export/label-matcher.ts";
import { addLabelFlags, readLabels, type LabelFlags } from "./label-flags.ts";
import { flag, readCount, readSeconds } from "./options.ts";
import type { Problems } from "./problems.ts";
import {
  addSourceAccessFlags,
  readOpenCostAccess,
  readPrometheusAccess,
  type SourceAccessFlags,
} from "./source-access-flags.ts";

/** Where the data comes from, as commander hands it over: text, or absent. Part of every command that asks sources. */
export interface SourceFlags extends LabelFlags, SourceAccessFlags {
  readonly prometheusUrl?: string;
  readonly opencostUrl?: string;
  readonly kubeStateMetricsJob: string;
  readonly cadvisorJob?: string;
  readonly prometheusMatcher?: readonly string[];
  readonly prometheusConcurrency: string;
  readonly opencostCluster?: string;
  readonly currency: string;
  readonly timeout: string;
}

/** Adds the flags of Prometheus and OpenCost, and of labels. */
export function addSourceFlags(command: Command): Command {
  command
    .addOption(flag("--prometheus-url <url>", "base URL of Prometheus or what speaks its API"))
    .addOption(flag("--opencost-url <url>", "base URL of OpenCost; for the dataset allocation"))
    .addOption(flag("--kube-state-metrics-job <regex>", "its job label in Prometheus", "kube-state-metrics"))
    .addOption(flag("--cadvisor-job <regex>", "job label of cAdvisor's metrics (default: every job)"))
    .addOption(
      flag(
        "--prometheus-matcher <matcher>",
        'condition on every series, as in cluster="prod", for a Prometheus of many clusters; repeatable',
      ).argParser((text: string, before: readonly string[] = []) => [...before, text]),
    )
    .addOption(
      flag(
        "--prometheus-concurrency <n>",
        "queries that Prometheus works on at once",
        String(DEFAULT_CONCURRENCY),
      ),
    )
    .addOption(flag("--opencost-cluster <id>", "this cluster's id in OpenCost, where it knows several"))
    .addOption(flag("--currency <code>", "what OpenCost's prices are in", "USD"))
    .addOption(flag("--timeout <duration>", "limit of one request to a source", "60s"));
  addSourceAccessFlags(command);
  return addLabelFlags(command);
}

/** The sources of the flags; undefined, with problems added, when something is wrong. `datasets`: names of the wanted. */
export function readSources(
  flags: SourceFlags,
  datasets: readonly string[],
  problems: Problems,
): SourceSettings | undefined {
  const prometheusUrl = problems.required("--prometheus-url", flags.prometheusUrl, "http://127.0.0.1:9090");
  const openCostUrl = needOpenCost(datasets)
    ? problems.required("--opencost-url", flags.opencostUrl, "http://127.0.0.1:9003")
    : flags.opencostUrl;
  if (prometheusUrl) problems.attempt(() => parseBaseUrl(prometheusUrl, "--prometheus-url"));
  if (openCostUrl) problems.attempt(() => parseBaseUrl(openCostUrl, "--opencost-url"));
  for (const [name, text] of [
    ["--kube-state-metrics-job", flags.kubeStateMetricsJob],
    ["--cadvisor-job", flags.cadvisorJob],
  ] as const) {
    if (text !== undefined) problems.attempt(() => new RegExp(text), `${name} "${text}": `);
  }
  if (!/^[A-Z]{3}$/.test(flags.currency)) {
    problems.add(`--currency "${flags.currency}" is not a currency code; use three capitals, as in "USD"`);
  }
  const timeout = problems.attempt(() => readSeconds("--timeout", flags.timeout, { min: 1, max: 3600 }));
  const shared = readSharedStore(flags, problems);
  const prometheusAccess = readPrometheusAccess(flags, prometheusUrl ?? "", problems);
  const openCostAccess = readOpenCostAccess(flags, openCostUrl ?? "", problems);
  const labels = readLabels(flags, problems);
  if (!prometheusUrl || timeout === undefined || !labels) return undefined;
  return {
    prometheusUrl,
    ...(openCostUrl ? { openCostUrl } : {}),
    kubeStateMetricsJob: flags.kubeStateMetricsJob,
    currency: flags.currency,
    timeoutSeconds: timeout,
    labels,
    ...(flags.cadvisorJob ? { cadvisorJob: flags.cadvisorJob } : {}),
    ...shared,
    prometheusAccess,
    openCostAccess,
  };
}

/** What protects a Prometheus that others use, too, and finds one cluster in it. */
function readSharedStore(flags: SourceFlags, problems: Problems): Partial<SourceSettings> {
  const concurrency = problems.attempt(() =>
    readCount("--prometheus-concurrency", flags.prometheusConcurrency, { min: 1, max: 64 }),
  );
  const matchers = (flags.prometheusMatcher ?? [])
    .filter((text) => text !== "")
    .flatMap((text) => problems.attempt(() => parseMatchers(text), "--prometheus-matcher ") ?? []);
  return {
    ...(concurrency === undefined ? {} : { prometheusConcurrency: concurrency }),
    ...(matchers.length > 0 ? { matchers } : {}),
    ...(flags.opencostCluster ? { openCostCluster: flags.opencostCluster } : {}),
  };
}
