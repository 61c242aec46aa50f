import type { Column, ColumnType, Dataset } from "./datasets/column.ts";
import { dataFolder } from "./object-keys.ts";

/** Types by the names of Hive, which Glue's tables take. */
const HIVE_TYPES: Readonly<Record<ColumnType, string>> = {
  string: "string",
  double: "double",
  int64: "bigint",
  boolean: "boolean",
  timestamp: "timestamp",
};

/** Longest comment of a column (Glue API, Column: 255 bytes). */
export const MAX_COMMENT_LENGTH = 255;

/** The first day that is queried unless a deployment says otherwise, in the language of partition projection. */
export const DEFAULT_FIRST_DATE = "NOW-3YEARS";

/** A column of a Glue table. */
export interface QueryColumn {
  readonly name: string;
  /** Hive's name of the type. */
  readonly type: string;
  readonly comment: string;
}

/** A dataset as a Glue table: an external table over the files where they are. */
export interface QueryTable {
  readonly name: string;
  readonly description: string;
  /** The columns of the files, in their order. */
  readonly columns: readonly QueryColumn[];
  readonly partitionKeys: readonly QueryColumn[];
  /** Folder that holds every partition. */
  readonly location: string;
  /** Table properties, partition projection among them. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Where a deployment's files are. Strings may be Terraform expressions. */
export interface QueryPlace {
  readonly bucket: string;
  /** What all clusters' keys begin with; `dataPrefix` of object-keys. */
  readonly dataPrefix: string;
  /** First day that is queried: a date, or such as {@link DEFAULT_FIRST_DATE}. */
  readonly firstDate: string;
  /** How a partition's value is written into the location's template. @default Athena's `${name}` */
  readonly placeholder?: (partition: string) => string;
}

/**
 * The properties that say which clusters there are. Where roles are kept, the role reconciler keeps these two, and
 * Terraform leaves them alone; a table begins without a list.
 */
export const CLUSTER_PROJECTION = {
  /** `injected`: a query has to name its clusters. `enum`: it may, and looks at those of the list if it does not. */
  type: "projection.cluster.type",
  /** Comma list of {@link clusterId}. */
  values: "projection.cluster.values",
} as const;

/** Longest value of a table's property (Glue API, TableInput: 512,000 bytes). */
export const MAX_PROPERTY_LENGTH = 512_000;

const PARTITION_KEYS: readonly QueryColumn[] = [
  { name: "cluster", type: "string", comment: "<account>.<region>.<name> of the EKS cluster" },
  { name: "date", type: "string", comment: "Day, UTC, of the rows' hours: YYYY-MM-DD" },
];

/** Name of a dataset's table; a new version of a dataset is a new table beside the old one. */
export function queryTableName({ name, version }: Pick<Dataset, "name" | "version">): string {
  return `${name}_v${version}`;
}

/** The Glue table of a dataset. */
export function queryTable(dataset: Dataset, place: QueryPlace): QueryTable {
  return {
    name: queryTableName(dataset),
    description: dataset.grain,
    columns: dataset.columns.map(queryColumn),
    partitionKeys: PARTITION_KEYS,
    location: `s3://${place.bucket}/`,
    parameters: { EXTERNAL: "TRUE", classification: "parquet", ...projection(dataset, place) },
  };
}

function queryColumn({ name, type, unit, meaning }: Column): QueryColumn {
  // Hive has no capitals in names, and finds a file's column without them.
  return {
    name: name.toLowerCase(),
    type: HIVE_TYPES[type],
    comment: unit === undefined ? meaning : `${meaning} (${unit})`,
  };
}

/**
 * Partitions are computed from these properties, so that nothing has to be registered when an hour is written
 * (https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html).
 */
function projection(dataset: Dataset, place: QueryPlace): Record<string, string> {
  const placeholder = place.placeholder ?? ((partition) => `\${${partition}}`);
  return {
    "projection.enabled": "true",
    // The one type that is right without a list: an enum has to have one (see CLUSTER_PROJECTION).
    [CLUSTER_PROJECTION.type]: "injected",
    "projection.date.type": "date",
    "projection.date.format": "yyyy-MM-dd",
    "projection.date.range": `${place.firstDate},NOW`,
    "projection.date.interval": "1",
    "projection.date.interval.unit": "DAYS",
    "storage.location.template": `s3://${place.bucket}/${place.dataPrefix}${placeholder("cluster")}/${dataFolder(dataset.name, dataset.version, placeholder("date"))}`,
  };
}
