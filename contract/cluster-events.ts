/**
 * The calls after which the clusters' roles may have something to do, by their names in CloudTrail. A cluster is
 * `CREATING` when the first is told of; with an OIDC provider, IRSA becomes possible.
 */
export const CLUSTER_EVENTS = ["CreateCluster", "DeleteCluster", "CreateOpenIDConnectProvider"] as const;

export type ClusterEventName = (typeof CLUSTER_EVENTS)[number];

/** A pattern of EventBridge: a field matches when it has one of the values, the event when all fields match. */
export interface ClusterEventPattern {
  readonly source: readonly string[];
  readonly "detail-type": readonly string[];
  readonly account: readonly string[];
  readonly region?: readonly string[];
  readonly detail: {
    readonly eventName: readonly string[];
    readonly errorCode: readonly [{ readonly exists: false }];
  };
}

/**
 * Matches what CloudTrail tells EventBridge about {@link CLUSTER_EVENTS} that AWS carried out. EKS tells of a cluster in
 * its region, IAM in us-east-1 only (in other partitions in that region where their IAM is).
 *
 * Of one account, because a bus may receive what happens in others as well. What a region forwards is also only its own:
 * nothing is passed on twice, and two regions that forward to each other make no circle.
 * @param account may be a Terraform expression, as `region` may
 * @param region of which events are matched; @default every one
 */
export function clusterEventPattern(account: string, region?: string): ClusterEventPattern {
  return {
    source: ["aws.eks", "aws.iam"],
    // The reference for China prints the second, the user guide for China the first
    // (https://docs.amazonaws.cn/en_us/eventbridge/latest/userguide/eb-service-event-cloudtrail.html).
    "detail-type": ["AWS API Call via CloudTrail", "Amazon API Call via CloudTrail"],
    account: [account],
    ...(region === undefined ? {} : { region: [region] }),
    // CloudTrail tells of a refused call, too, with the reason in this field.
    detail: { eventName: CLUSTER_EVENTS, errorCode: [{ exists: false }] },
  };
}
