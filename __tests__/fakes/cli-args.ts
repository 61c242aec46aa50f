import type { CliResult } from "./cli.ts";
import type { HourSources } from "./hour-sources.ts";
import { CLUSTER_ARN } from "./hours.ts";

/** Prefix of {@link CLUSTER_ARN} in a sink. */
export const PREFIX = "container-insights/cluster=123456789012.eu-west-1.prod";

/** Key of the captured hour's allocation. */
export const DATA = `${PREFIX}/dataset=allocation/v=1/date=2026-11-22/10.parquet`;

const WINDOW = ["--from", "2026-11-22T10:00:00Z", "--until", "2026-11-22T11:00:00Z"];

/** The datasets whose answers were captured. */
const CAPTURED = ["--datasets", "allocation,container"];

/** Arguments that export the captured hour of all hourly datasets. */
export function exportAllArgs(sources: HourSources, url: string): string[] {
  return [
    ...["export", "--prometheus-url", sources.prometheus.url, "--opencost-url", sources.openCost.url],
    ...["--cluster-arn", CLUSTER_ARN, "--sink", url, ...WINDOW],
  ];
}

/** Arguments that export the captured hour. */
export function exportArgs(sources: HourSources, url: string): string[] {
  return [...exportAllArgs(sources, url), ...CAPTURED];
}

/** Arguments that verify what {@link exportArgs} exports. */
export function verifyArgs(url: string): string[] {
  return ["verify", "--cluster-arn", CLUSTER_ARN, "--sink", url, ...CAPTURED];
}

/** What a command printed with `--json`. */
export function json(result: CliResult): Record<string, unknown> {
  return JSON.parse(result.stdout) as Record<string, unknown>;
}
