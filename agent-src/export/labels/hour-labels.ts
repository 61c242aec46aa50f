import { createSharedTexts } from "../shared-texts.ts";
import type { LabelFilter, LabelPart } from "./label-filter.ts";
import type { LabelStore } from "./label-store.ts";
import type { HourLabels, LabelCells, ObjectRef } from "./object-labels.ts";
import { labelsFromSeries } from "./series-labels.ts";
import { countSizes } from "./size-warnings.ts";

/** What is known of the objects of one kind when an hour begins. */
export interface KindLabels {
  /** undefined: the Kubernetes API was not asked, or did not answer. */
  readonly store: LabelStore | undefined;
  readonly warnings: readonly string[];
}

/** What `createHourLabels` needs. */
export interface HourLabelsDeps {
  readonly filter: LabelFilter;
  readonly kinds: ReadonlyMap<string, KindLabels>;
}

/** Text out of kube-state-metrics, by object and part. */
type SeriesTexts = Map<string, { labels?: string; annotations?: string }>;

/** Labels for one dataset-hour: those of the Kubernetes API, else those of kube-state-metrics' series. */
export function createHourLabels({ filter, kinds }: HourLabelsDeps): HourLabels {
  const series: SeriesTexts = new Map();
  // The pods of a ReplicaSet have equal labels.
  const share = createSharedTexts();
  const sizes = countSizes("kube-state-metrics' labels", filter.limits);
  const unknown = new Map<string, number>();
  const stored = (object: ObjectRef): LabelCells | undefined => kinds.get(object.kind)?.store?.find(object);
  const addText = (object: ObjectRef, part: LabelPart, text: string): void => {
    if (text === "{}") return;
    const key = objectKey(object);
    const texts = series.get(key) ?? {};
    // Labels that changed within the hour are two series: the same one of them is taken whatever their order.
    if (texts[part] === undefined || text > texts[part]) texts[part] = share(text);
    series.set(key, texts);
  };
  return {
    addSeries(object, labels) {
      if (stored(object)) return;
      addText(
        object,
        "labels",
        filter.text("labels", labelsFromSeries(labels, "label_"), "sanitised", sizes),
      );
      const annotations = labelsFromSeries(labels, "annotation_");
      addText(object, "annotations", filter.text("annotations", annotations, "sanitised", sizes));
    },
    cells(object) {
      const found = stored(object);
      if (found) return found;
      const texts = series.get(objectKey(object));
      if (texts?.labels === undefined) unknown.set(object.kind, (unknown.get(object.kind) ?? 0) + 1);
      return {
        labels: texts?.labels ?? null,
        labels_source: texts?.labels === undefined ? null : "kube-state-metrics",
        annotations: texts?.annotations ?? null,
      };
    },
    warnings: () => [
      ...[...kinds.values()].flatMap(({ warnings }) => warnings),
      ...sizes.warnings(),
      ...[...unknown].map(([kind, count]) =>
        unknownWarning(kind, count, kinds.get(kind)?.store !== undefined),
      ),
    ],
  };
}

function objectKey({ kind, namespace, name, uid }: ObjectRef): string {
  return uid ?? `${kind}/${namespace}/${name}`;
}

function unknownWarning(kind: string, count: number, wasListed: boolean): string {
  const objects = `${count} ${count === 1 ? "object" : "objects"} of the kind ${kind}`;
  return wasListed
    ? `the labels of ${objects} are not known: deleted before the labels were read, and kube-state-metrics shows none`
    : `the labels of ${objects} are not known: let the agent list them in the Kubernetes API, or start kube-state-metrics with --metric-labels-allowlist`;
}
