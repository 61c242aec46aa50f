import { MANAGED_BY, TAG } from "../../contract/names.ts";
import type { Allowed, Context, Denial } from "./decision.ts";

const tags = (kind: "RequestTag" | "ResourceTag"): Context => ({
  [`aws:${kind}/${TAG.managedBy}`]: MANAGED_BY,
  [`aws:${kind}/${TAG.deployment}`]: "{deployment}",
});

const notOurs = (kind: "RequestTag" | "ResourceTag"): readonly Denial[] => [
  {
    change: { key: `aws:${kind}/${TAG.managedBy}`, value: undefined },
    why: "without the tag of who manages it",
  },
  { change: { key: `aws:${kind}/${TAG.deployment}`, value: undefined }, why: "without the deployment's tag" },
  { change: { key: `aws:${kind}/${TAG.deployment}`, value: "another" }, why: "another deployment's" },
];

const ELSEWHERE: Denial = { change: { resource: "{association elsewhere}" }, why: "another account's" };

const NOT_USED: Denial = {
  change: { off: "pod identity" },
  why: "where no cluster uses Pod Identity, none is associated",
};

/** What the Lambdas' role may do with Pod Identity associations. */
export const POD_IDENTITY_DECISIONS: readonly Allowed[] = [
  {
    who: "execution role",
    action: "eks:ListPodIdentityAssociations",
    resource: "{cluster}",
    why: "sees which service accounts of a cluster are associated",
    unless: [
      { change: { resource: "{cluster elsewhere}" }, why: "another account's cluster" },
      {
        change: { action: "eks:ListAccessEntries" },
        why: "who may use the cluster's API is not its business",
      },
      { change: { action: "eks:CreateAccessEntry" }, why: "gives nobody access to the cluster's API" },
    ],
  },
  {
    who: "execution role",
    action: "eks:DescribePodIdentityAssociation",
    resource: "{association}",
    why: "sees with which role, and whose an association is",
    unless: [ELSEWHERE],
  },
  {
    who: "execution role",
    action: "eks:DeletePodIdentityAssociation",
    resource: "{association}",
    context: tags("ResourceTag"),
    why: "removes an association of this deployment",
    unless: [...notOurs("ResourceTag"), ELSEWHERE],
  },
  {
    who: "execution role",
    action: "eks:CreatePodIdentityAssociation",
    resource: "{cluster}",
    context: tags("RequestTag"),
    when: "pod identity",
    why: "associates the agent's service account with the cluster's role",
    unless: [
      ...notOurs("RequestTag"),
      { change: { resource: "{cluster elsewhere}" }, why: "another account's cluster" },
      NOT_USED,
    ],
  },
  {
    who: "execution role",
    action: "eks:TagResource",
    resource: "{association}",
    context: tags("RequestTag"),
    when: "pod identity",
    why: "tags an association in the making; IAM cannot tell that from one that exists",
    unless: [
      ...notOurs("RequestTag"),
      ELSEWHERE,
      { change: { resource: "{cluster}" }, why: "tags no cluster" },
      NOT_USED,
    ],
  },
  {
    who: "execution role",
    action: "eks:UpdatePodIdentityAssociation",
    resource: "{association}",
    context: tags("ResourceTag"),
    when: "pod identity",
    why: "puts an association of this deployment right",
    unless: [...notOurs("ResourceTag"), ELSEWHERE, NOT_USED],
  },
  {
    who: "execution role",
    action: "iam:PassRole",
    resource: "{role}",
    context: { "iam:PassedToService": "pods.eks.amazonaws.com" },
    when: "pod identity",
    why: "passes a cluster's role to EKS Pod Identity",
    unless: [
      { change: { key: "iam:PassedToService", value: "lambda.amazonaws.com" }, why: "to no other service" },
      { change: { key: "iam:PassedToService", value: "ec2.amazonaws.com" }, why: "to no other service" },
      { change: { key: "iam:PassedToService", value: undefined }, why: "to no other service" },
      { change: { resource: "{role beside}" }, why: "outside the role path, though named alike" },
      { change: { resource: "{execution role}" }, why: "not its own role" },
      NOT_USED,
    ],
  },
];
