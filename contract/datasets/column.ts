/** Physical types of the dictionary. A timestamp is milliseconds UTC; a double may be NaN or infinite where the source said so. */
export type ColumnType = "string" | "double" | "int64" | "boolean" | "timestamp";

/**
 * How the values of several Prometheus series of one row (a restarted container has one per start) become one:
 * `sum` for increases, `max` for maxima and percentiles, `mean` weighted by samples, `text` distinct values joined with ",";
 * `none` raw samples, which stay as they are.
 */
export type Fold = "sum" | "max" | "mean" | "text" | "none";

/** Where a column's value comes from. */
export type ColumnSource =
  | { readonly from: "run"; readonly value: "hour_start" | "cluster_arn" }
  /** A dotted path into an OpenCost allocation. */
  | { readonly from: "opencost"; readonly field: string }
  /** A query of the same dataset; `where` picks its series, `label` takes a label instead of the sample value. */
  | {
      readonly from: "prometheus";
      readonly query: string;
      /** Queries that fill it in rows of other kinds: replicas come from a metric for each kind of controller. */
      readonly alsoQueries?: readonly string[];
      readonly where?: Readonly<Record<string, string>>;
      readonly label?: string;
      /** 0 where the query was answered with other rows' series only: an object that was in no phase but another. */
      readonly absent?: 0;
    }
  /** Labels or annotations of the row's object, as JSON text; `query` has them where the Kubernetes API is not asked. */
  | {
      readonly from: "object";
      readonly kind: ObjectKind;
      readonly part: "labels" | "labels_source" | "annotations";
      readonly query?: string;
    }
  /** Computed by the dataset's builder; `rule` says how, for a reader. */
  | { readonly from: "derived"; readonly rule: string };

/** Kinds of objects whose labels and annotations are known. */
export type ObjectKind = "Pod" | "Node" | "Namespace" | "PersistentVolume" | "PersistentVolumeClaim";

/** One column of a dataset: a row of the data dictionary. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** Unit in words (`cores`, `bytes`, `byte-hours`, `currency`, `ratio`, `seconds`); undefined where there is none. */
  readonly unit?: string;
  readonly nullable: boolean;
  readonly source: ColumnSource;
  readonly meaning: string;
}

/**
 * One instant query, evaluated just before the end of the hour.
 * `$cadvisor`, `$ksm` and `$all` (any job) stand for matchers. Every selector begins with one of them: a job is named
 * where there may be several, and a shared store's matchers reach all of it.
 */
export interface PrometheusQuery {
  readonly id: string;
  readonly promql: string;
  /** Metric names it reads: the keep-list is their union. */
  readonly metrics: readonly string[];
  readonly fold: Fold;
  /** Set where a healthy cluster may have no series (nothing terminated, no limits): no warning then. */
  readonly mayBeEmpty?: true;
  /** Which row a series belongs to: each key column and where its value is. For datasets of objects. */
  readonly row?: Readonly<Record<string, RowPart>>;
  /** Set where a series without a row makes none: prices of a node that kube-state-metrics does not know. */
  readonly decorates?: true;
  /** Labels that derived columns look at and that have no column of their own. */
  readonly keeps?: readonly string[];
  readonly meaning: string;
}

/** Where a part of a row's key is: a label's value, a fixed text, or the pod's UID in a cgroup's `id`. */
export type RowPart =
  { readonly label: string } | { readonly text: string } | { readonly podOfCgroup: string };

/** A dataset: one row of a table per unique key, cluster and hour. */
export interface Dataset {
  readonly name: string;
  /** Which job exports it; the raw samples have their own. @default "hourly" */
  readonly job?: "samples";
  /** The dataset from whose committed hour it is made; that one comes before it in `DATASETS`. @default none */
  readonly derivedFrom?: string;
  /** Raised by changes that are not additive; part of the object key. */
  readonly version: number;
  /** What one row is, in a sentence. */
  readonly grain: string;
  /** Columns that make a row unique within its cluster and hour. */
  readonly key: readonly string[];
  readonly columns: readonly Column[];
  readonly queries: readonly PrometheusQuery[];
  /** Columns whose sums the manifest keeps, for `verify`. */
  readonly totals: readonly string[];
}

/** A value as the dictionary types it; null is "not known". */
export type CellValue = string | number | bigint | boolean | null;

/** One row, keyed by column name. */
export type Row = Record<string, CellValue>;

export const RUN_COLUMNS: readonly Column[] = [
  {
    name: "hour_start",
    type: "timestamp",
    nullable: false,
    source: { from: "run", value: "hour_start" },
    meaning: "First instant of the hour the row is about",
  },
  {
    name: "cluster_arn",
    type: "string",
    nullable: false,
    source: { from: "run", value: "cluster_arn" },
    meaning: "The EKS cluster the row is about",
  },
];
