import type { Dataset } from "../contract/datasets/column.ts";
import { columnsOfMetric } from "../contract/datasets/coverage.ts";
import { GPU_METRICS } from "../contract/datasets/gpu-metrics.ts";
import { PREDECESSOR_METRICS, type PredecessorMetric } from "../contract/datasets/predecessor-metrics.ts";

/** Every metric of the predecessor's and of the DCGM family, with the columns that have it: a part of the data dictionary. */
export function coverageSections(datasets: readonly Dataset[]): string[] {
  return [
    "## The predecessor's metrics",
    "",
    `All ${PREDECESSOR_METRICS.length} metrics that the predecessor's modules exported, and where they are here. ` +
      "`samples` has their raw samples; the others of its raw modules hardly change within an hour, and are statistics, " +
      "seconds in a state or counts of it.",
    "",
    "| Metric | Predecessor's modules | Here |",
    "| --- | --- | --- |",
    ...PREDECESSOR_METRICS.map(
      (known) => `| \`${known.metric}\` | ${known.modules.join(", ")} | ${placeOf(known, datasets)} |`,
    ),
    "",
    "## The DCGM family",
    "",
    "What dcgm-exporter tells of GPUs. The fields that its default list has off have to be added to that list.",
    "",
    "| Metric | Unit | On by default | Meaning | Here |",
    "| --- | --- | --- | --- | --- |",
    ...GPU_METRICS.map(
      ({ metric, unit, onByDefault, meaning }) =>
        `| \`${metric}\` | ${unit} | ${onByDefault ? "yes" : "no"} | ${meaning} | ${codes(columnsOfMetric(metric, datasets))} |`,
    ),
    "",
  ];
}

function placeOf({ metric, gone }: PredecessorMetric, datasets: readonly Dataset[]): string {
  if (!gone) return codes(columnsOfMetric(metric, datasets));
  return `${codes(gone.columns)}; the name is gone: ${gone.reason.replace(/\S+\{.*\}/, "`$&`")}`;
}

function codes(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}
