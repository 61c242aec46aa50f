/** The EKS calls that are used, and no others. */
export interface EksCalls {
  listClusters(input: { nextToken?: string | undefined }): Promise<{
    clusters?: string[] | undefined;
    nextToken?: string | undefined;
  }>;
  describeCluster(input: { name: string }): Promise<{ cluster?: ClusterAnswer | undefined }>;
  listPodIdentityAssociations(input: {
    clusterName: string;
    namespace: string;
    nextToken?: string | undefined;
  }): Promise<{
    associations?: { associationId?: string | undefined }[] | undefined;
    nextToken?: string | undefined;
  }>;
  describePodIdentityAssociation(
    input: OnAssociation,
  ): Promise<{ association?: AssociationAnswer | undefined }>;
  createPodIdentityAssociation(input: {
    clusterName: string;
    namespace: string;
    serviceAccount: string;
    roleArn: string;
    tags: Record<string, string>;
  }): Promise<unknown>;
  updatePodIdentityAssociation(input: OnAssociation & { roleArn: string }): Promise<unknown>;
  deletePodIdentityAssociation(input: OnAssociation): Promise<unknown>;
  /** Keeps the tags that are not named. */
  tagResource(input: { resourceArn: string; tags: Record<string, string> }): Promise<unknown>;
}

interface OnAssociation {
  clusterName: string;
  associationId: string;
}

/** An association as DescribePodIdentityAssociation answers it. */
export interface AssociationAnswer {
  associationId?: string | undefined;
  associationArn?: string | undefined;
  serviceAccount?: string | undefined;
  roleArn?: string | undefined;
  tags?: Record<string, string> | undefined;
}

/** A cluster as DescribeCluster answers it. */
export interface ClusterAnswer {
  arn?: string | undefined;
  name?: string | undefined;
  status?: string | undefined;
  identity?: { oidc?: { issuer?: string | undefined } | undefined } | undefined;
}
