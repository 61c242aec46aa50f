import { MANAGED_BY, TAG } from "../names.ts";
import { POD_IDENTITY_SERVICE } from "../workload-identity.ts";
import type { PolicyStatement } from "../policy-document.ts";

/** What a deployment's Pod Identity associations are limited to. Values may be Terraform expressions. */
export interface PodIdentityScope {
  readonly partition: string;
  readonly account: string;
  /** The deployment's id. */
  readonly bucketName: string;
  /** With both slashes. */
  readonly rolePath: string;
}

function resources({ partition, account }: PodIdentityScope) {
  const eks = `arn:${partition}:eks:*:${account}`;
  return { clusters: [`${eks}:cluster/*`], associations: [`${eks}:podidentityassociation/*`] };
}

function ours(kind: "RequestTag" | "ResourceTag", { bucketName }: PodIdentityScope) {
  return {
    StringEquals: {
      [`aws:${kind}/${TAG.managedBy}`]: [MANAGED_BY],
      [`aws:${kind}/${TAG.deployment}`]: [bucketName],
    },
  };
}

/**
 * Seeing associations, and removing those of this deployment. Also where no cluster uses Pod Identity any more: the run
 * after the last one left it has to remove that cluster's.
 */
export function associationRetirementStatements(scope: PodIdentityScope): readonly PolicyStatement[] {
  const { clusters, associations } = resources(scope);
  return [
    {
      Sid: "ListAssociations",
      Effect: "Allow",
      Action: ["eks:ListPodIdentityAssociations"],
      Resource: clusters,
    },
    {
      Sid: "DescribeAssociations",
      Effect: "Allow",
      Action: ["eks:DescribePodIdentityAssociation"],
      Resource: associations,
    },
    {
      Sid: "RetireOwnAssociations",
      Effect: "Allow",
      Action: ["eks:DeletePodIdentityAssociation"],
      Resource: associations,
      Condition: ours("ResourceTag", scope),
    },
  ];
}

/**
 * Giving a cluster's service account its role: associations are made only with our tags and changed only while they
 * carry them, and nothing but a role below the path is passed, to nothing but Pod Identity. As with roles, the tags of
 * "TagNewAssociations" are no fence of their own: IAM cannot tell an association in the making from one that exists.
 */
export function associationStatements(scope: PodIdentityScope): readonly PolicyStatement[] {
  const { partition, account, rolePath } = scope;
  const { clusters, associations } = resources(scope);
  return [
    {
      Sid: "Associate",
      Effect: "Allow",
      Action: ["eks:CreatePodIdentityAssociation"],
      Resource: clusters,
      Condition: ours("RequestTag", scope),
    },
    // EKS asks for it when a resource is made with tags.
    {
      Sid: "TagNewAssociations",
      Effect: "Allow",
      Action: ["eks:TagResource"],
      Resource: associations,
      Condition: ours("RequestTag", scope),
    },
    {
      Sid: "ChangeOwnAssociations",
      Effect: "Allow",
      Action: ["eks:UpdatePodIdentityAssociation"],
      Resource: associations,
      Condition: ours("ResourceTag", scope),
    },
    {
      Sid: "PassRolesToPods",
      Effect: "Allow",
      Action: ["iam:PassRole"],
      Resource: [`arn:${partition}:iam::${account}:role${rolePath}*`],
      Condition: { StringEquals: { "iam:PassedToService": [POD_IDENTITY_SERVICE] } },
    },
  ];
}
