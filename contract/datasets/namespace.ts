import { RUN_COLUMNS, type Dataset } from "./column.ts";
import {
  PRESENCE,
  gaugeOf,
  keyColumn,
  labelColumns,
  labelQuery,
  queried,
  secondsColumns,
  secondsOf,
} from "./query-forms.ts";

const NAMESPACE = { namespace: { label: "namespace" } } as const;

/** Namespaces: what costs are charged to. */
export const namespace: Dataset = {
  name: "namespace",
  version: 1,
  grain: "One namespace that kube-state-metrics reported in the hour",
  key: ["namespace"],
  columns: [
    ...RUN_COLUMNS,
    keyColumn("namespace", "label namespace", "Name of the namespace"),
    queried(
      "created_at",
      "timestamp",
      undefined,
      { query: "created" },
      "When it was made; differs when the name was used again",
    ),
    ...secondsColumns("phase", "phase", [
      ["active", "Active", "Time in use"],
      ["terminating", "Terminating", "Time being deleted"],
    ]),
    ...labelColumns("Namespace", "labels", { query: "annotations" }),
  ],
  queries: [
    PRESENCE,
    {
      id: "phase",
      promql: secondsOf("kube_namespace_status_phase{$ksm}", "namespace, phase"),
      metrics: ["kube_namespace_status_phase"],
      fold: "max",
      row: NAMESPACE,
      meaning: "Which namespaces there were",
    },
    {
      id: "created",
      promql: gaugeOf("max", "kube_namespace_created{$ksm}", "namespace"),
      metrics: ["kube_namespace_created"],
      fold: "max",
      row: NAMESPACE,
      meaning: "When it was made",
    },
    labelQuery("labels", "kube_namespace_labels", NAMESPACE),
    labelQuery("annotations", "kube_namespace_annotations", NAMESPACE),
  ],
  totals: ["active_seconds"],
};
