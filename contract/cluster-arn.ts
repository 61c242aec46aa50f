/** An EKS cluster, read from its ARN. The ARN is the only identity input; everything else derives from it. */
export interface Cluster {
  readonly arn: string;
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly name: string;
}

// EKS: 1-100 characters, letters, digits, hyphen, underscore, first one a letter or digit (CreateCluster API reference).
const CLUSTER_ARN =
  /^arn:(aws[a-z-]*):eks:([a-z]{2}[a-z-]*-\d{1,2}):(\d{12}):cluster\/([A-Za-z0-9][A-Za-z0-9_-]{0,99})$/;

const EXAMPLE = "arn:aws:eks:eu-west-1:123456789012:cluster/prod";

/**
 * Reads an EKS cluster ARN.
 * @throws Error naming the value and the expected form
 */
export function parseClusterArn(arn: string): Cluster {
  const match = CLUSTER_ARN.exec(arn);
  if (!match) throw new Error(`"${arn}" is not an EKS cluster ARN; expected the form "${EXAMPLE}"`);
  const [, partition, region, account, name] = match as unknown as [string, string, string, string, string];
  return { arn, partition, region, account, name };
}

/** The ARN of a cluster known by its parts. */
export function clusterArn(parts: Omit<Cluster, "arn">): string {
  return `arn:${parts.partition}:eks:${parts.region}:${parts.account}:cluster/${parts.name}`;
}
