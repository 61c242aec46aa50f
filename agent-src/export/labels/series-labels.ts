import type { LabelFate, LabelFilter } from "./label-filter.ts";

type Labels = Readonly<Record<string, string>>;

/** Under which names kube-state-metrics shows an object's labels and annotations. */
export type SeriesPrefix = "label_" | "annotation_";

/**
 * The object's own labels or annotations out of a series of `kube_<kind>_labels` or `kube_<kind>_annotations`, under
 * their sanitised keys; empty when kube-state-metrics was not told to show any.
 */
export function labelsFromSeries(series: Labels, prefix: SeriesPrefix): Labels {
  // Without a prototype: a key may be "__proto__".
  const found = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(series)) {
    if (name.startsWith(prefix)) found[name.slice(prefix.length)] = value;
  }
  return found;
}

/**
 * What says which series it is, by its exporter or by the scrape. Never filtered, whatever the lists say: rows would be
 * mixed up.
 */
const IDENTITY: ReadonlySet<string> = new Set([
  ...["__name__", "job", "instance", "endpoint", "service", "metrics_path", "cluster"],
  ...[
    "namespace",
    "node",
    "pod",
    "uid",
    "container",
    "exported_namespace",
    "exported_pod",
    "exported_container",
  ],
  ...[
    "id",
    "image",
    "name",
    "interface",
    "device",
    "cpu",
    "resource",
    "unit",
    "phase",
    "reason",
    "condition",
    "status",
  ],
  ...[
    "gpu",
    "UUID",
    "pci_bus_id",
    "modelName",
    "Hostname",
    "GPU_I_ID",
    "GPU_I_PROFILE",
    "DCGM_FI_DRIVER_VERSION",
  ],
]);

/**
 * The labels of a raw series as they may be exported. A scrape configuration may have copied pods' and nodes' labels
 * into any series (`labelmap`), so the lists hold for every label that is no exporter's own, with `label_` or
 * `annotation_` before its key or without. Two series can become equal when what told them apart was left out.
 */
export function filterSeriesLabels(series: Labels, filter: LabelFilter): Labels {
  const kept = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(series)) {
    const fate = IDENTITY.has(name) ? "keep" : seriesFate(name, filter);
    if (fate === "keep") kept[name] = value;
    else if (fate === "hash") kept[name] = filter.hash(value);
  }
  return kept;
}

function seriesFate(name: string, filter: LabelFilter): LabelFate {
  if (name.startsWith("annotation_")) {
    return filter.fateOf("annotations", name.slice("annotation_".length), "sanitised");
  }
  return filter.fateOf("labels", name.startsWith("label_") ? name.slice("label_".length) : name, "sanitised");
}
