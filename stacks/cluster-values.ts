import type { Cluster } from "../contract/cluster-arn.ts";
import { ChartValues, type ChartValuesInput } from "./chart-values.ts";

/** What the values of a cluster's release are made from. */
export interface ClusterChartInput {
  readonly bucket: string;
  readonly keyPrefix: string;
  readonly roleArn: string;
  readonly prometheusUrl: string;
  readonly openCostUrl: string;
  readonly bucketRegion?: string;
  readonly chartValues?: ChartValuesInput;
}

// Registry hosts by partition: https://docs.aws.amazon.com/general/latest/gr/ecr.html
const DNS_SUFFIX: Readonly<Record<string, string>> = {
  aws: "amazonaws.com",
  "aws-us-gov": "amazonaws.com",
  "aws-cn": "amazonaws.com.cn",
};

/**
 * The chart's values for `cluster`: what derives from its ARN, then `chartValues` on top. Only what differs from the
 * chart's defaults is in them, so that a plan shows what somebody decided.
 * @throws Error listing every value that the chart would refuse
 */
export function clusterChartValues(cluster: Cluster, input: ClusterChartInput): ChartValuesInput {
  const overrides = input.chartValues ?? {};
  const irsa = (overrides.identity?.mode ?? "irsa") === "irsa";
  const derived: ChartValuesInput = {
    clusterArn: cluster.arn,
    image: { repository: overrides.image?.repository ?? defaultRepository(cluster) },
    sink: {
      url: `s3://${input.bucket}`,
      keyPrefix: input.keyPrefix,
      ...(input.bucketRegion === undefined ? {} : { region: input.bucketRegion }),
    },
    identity: irsa ? { roleArn: input.roleArn } : {},
    prometheus: { url: input.prometheusUrl },
    openCost: { url: input.openCostUrl },
  };
  const values = mergeValues(derived, overrides);
  const checked = ChartValues.safeParse(values);
  if (checked.success) return values;
  const problems = checked.error.issues.map((issue) =>
    issue.code === "custom" ? issue.message : `${issue.path.join(".") || "values"}: ${issue.message}`,
  );
  throw new Error(
    [`The chart refuses the values of "${cluster.arn}":`, ...problems.map((problem) => `- ${problem}`)].join(
      "\n",
    ),
  );
}

function defaultRepository(cluster: Cluster): string {
  const suffix = DNS_SUFFIX[cluster.partition];
  if (suffix === undefined) {
    throw new Error(
      `The registry of partition "${cluster.partition}" is not known; set chartValues.image.repository for "${cluster.arn}"`,
    );
  }
  return `${cluster.account}.dkr.ecr.${cluster.region}.${suffix}/container-insights-agent`;
}

type Tree = Record<string, unknown>;

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `over` on top of `base`, as Helm merges values: objects key by key, everything else (lists too) as a whole. */
export function mergeValues<T extends object>(base: T, over: T): T {
  const merged: Tree = { ...(base as Tree) };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isTree(below) && isTree(value) ? mergeValues(below, value) : value;
  }
  return merged as T;
}
