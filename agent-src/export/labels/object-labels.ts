/** Which object is meant. */
export interface ObjectRef {
  /** As in Kubernetes: `Pod`, `Node`, `Deployment`. Kinds that nobody knows labels of have none. */
  readonly kind: string;
  /** "" for kinds that are in no namespace. */
  readonly namespace: string;
  readonly name: string;
  /** Where it is known: an object of the same name with another UID is another object. */
  readonly uid?: string;
}

/** What is known of an object's labels, as text: the cells of a row. */
export interface LabelCells {
  /** JSON object with sorted keys, after the allow and deny lists and hashing; `{}` when none is left; null: not known. */
  readonly labels: string | null;
  /** Whose keys these are: `kubernetes` has the original ones, `kube-state-metrics` has sanitised ones. */
  readonly labels_source: "kubernetes" | "kube-state-metrics" | null;
  /** JSON object of the annotations on the allow-list; null when it has none of them. */
  readonly annotations: string | null;
}

/** Labels of the objects of one dataset-hour. */
export interface HourLabels {
  /**
   * Takes a series of `kube_<kind>_labels` or `kube_<kind>_annotations`: its `label_*` or `annotation_*` are what is
   * said of an object that the Kubernetes API does not have, or no longer. All series come before the first `cells`.
   */
  addSeries(object: ObjectRef, series: Readonly<Record<string, string>>): void;
  /** To be called once for each row: what is missing is counted. */
  cells(object: ObjectRef): LabelCells;
  /** What the manifest should tell; to be called after the last row. */
  warnings(): readonly string[];
}

/** Labels and annotations of a cluster's objects. One for a whole run: the Kubernetes API is asked once for each kind. */
export interface ObjectLabels {
  /**
   * Reads the labels of these kinds unless that was done before. A refusal is no error: the labels come from
   * kube-state-metrics then, and the warnings tell.
   * @throws the signal's reason when that is aborted
   */
  open(kinds: readonly string[], signal: AbortSignal): Promise<HourLabels>;
}
