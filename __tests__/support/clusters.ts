import fc from "fast-check";
import { clusterArn, type Cluster } from "../../contract/cluster-arn.ts";

/** The cluster of most examples. */
export const PROD: Cluster = cluster("prod");

/** A cluster of the tests' account. */
export function cluster(name: string, region = "eu-west-1", account = "123456789012"): Cluster {
  const parts = { partition: "aws", region, account, name };
  return { ...parts, arn: clusterArn(parts) };
}

/** Any cluster that EKS accepts, long and mixed-case names included. */
export const anyCluster: fc.Arbitrary<Cluster> = fc
  .tuple(
    fc.oneof(
      fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/),
      // Names that differ in case or at the end only are where a cut or a case-blind comparison would collide.
      fc.stringMatching(/^[Pp]rod[Aa]?$/),
      fc.stringMatching(/^[a-z]{60}[ab]{1,2}$/).map((name) => name.replace(/^[a-z]{60}/, "p".repeat(60))),
    ),
    fc.constantFrom("eu-west-1", "us-east-1", "ap-southeast-1", "us-gov-west-1"),
    fc.constantFrom("123456789012", "210987654321"),
  )
  .map(([name, region, account]) => cluster(name, region, account));
