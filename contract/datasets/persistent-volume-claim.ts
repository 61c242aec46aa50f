import { RUN_COLUMNS, type Dataset, type PrometheusQuery } from "./column.ts";
import {
  PRESENCE,
  gaugeOf,
  keyColumn,
  labelColumns,
  labelled,
  labelQuery,
  queried,
  secondsColumns,
  secondsOf,
} from "./query-forms.ts";

const CLAIM = {
  namespace: { label: "namespace" },
  persistent_volume_claim: { label: "persistentvolumeclaim" },
} as const;
const BY = "namespace, persistentvolumeclaim";

function kubelet(id: string, statistic: "avg" | "max", metric: string, meaning: string): PrometheusQuery {
  return {
    id,
    promql: gaugeOf(statistic, `${metric}{$all}`, BY),
    metrics: [metric],
    fold: "max",
    mayBeEmpty: true,
    row: CLAIM,
    decorates: true,
    meaning,
  };
}

/** Claims on persistent volumes: what was asked for, and how much of it is used. */
export const persistentVolumeClaim: Dataset = {
  name: "persistent_volume_claim",
  version: 1,
  grain: "One persistent volume claim that kube-state-metrics reported in the hour",
  key: ["namespace", "persistent_volume_claim"],
  columns: [
    ...RUN_COLUMNS,
    keyColumn("namespace", "label namespace", "Namespace of the claim"),
    keyColumn("persistent_volume_claim", "label persistentvolumeclaim", "Name of the claim"),
    labelled("persistent_volume", "info", "volumename", "Volume that it is bound to"),
    labelled("storage_class", "info", "storageclass", "Storage class that it asks for"),
    labelled("volume_mode", "info", "volumemode", "Filesystem or Block"),
    queried("requested_bytes", "double", "bytes", { query: "requested" }, "What it asks for"),
    queried(
      "used_bytes_avg",
      "double",
      "bytes",
      { query: "used_avg" },
      "Used of the file system, average over the hour; null while no pod mounts it",
    ),
    queried("used_bytes_max", "double", "bytes", { query: "used_max" }, "Used at most in the hour"),
    queried("file_system_bytes", "double", "bytes", { query: "size" }, "Size of the file system"),
    ...secondsColumns("phase", "phase", [
      ["bound", "Bound", "Time bound to a volume"],
      ["pending", "Pending", "Time waiting for a volume"],
      ["lost", "Lost", "Time without the volume that it was bound to"],
    ]),
    ...labelColumns("PersistentVolumeClaim", "labels"),
  ],
  queries: [
    PRESENCE,
    {
      id: "info",
      promql: gaugeOf(
        "max",
        "kube_persistentvolumeclaim_info{$ksm}",
        `${BY}, storageclass, volumename, volumemode`,
      ),
      metrics: ["kube_persistentvolumeclaim_info"],
      fold: "text",
      mayBeEmpty: true,
      row: CLAIM,
      meaning: "Which claims there were",
    },
    {
      id: "requested",
      promql: gaugeOf("avg", "kube_persistentvolumeclaim_resource_requests_storage_bytes{$ksm}", BY),
      metrics: ["kube_persistentvolumeclaim_resource_requests_storage_bytes"],
      fold: "max",
      mayBeEmpty: true,
      row: CLAIM,
      meaning: "Size asked for",
    },
    {
      id: "phase",
      promql: secondsOf("kube_persistentvolumeclaim_status_phase{$ksm}", `${BY}, phase`),
      metrics: ["kube_persistentvolumeclaim_status_phase"],
      fold: "max",
      mayBeEmpty: true,
      row: CLAIM,
      meaning: "Seconds in each phase",
    },
    kubelet("used_avg", "avg", "kubelet_volume_stats_used_bytes", "What the kubelet sees used"),
    kubelet("used_max", "max", "kubelet_volume_stats_used_bytes", "What the kubelet sees used"),
    kubelet("size", "avg", "kubelet_volume_stats_capacity_bytes", "Size of the file system"),
    labelQuery("labels", "kube_persistentvolumeclaim_labels", CLAIM),
  ],
  totals: ["requested_bytes", "bound_seconds"],
};
