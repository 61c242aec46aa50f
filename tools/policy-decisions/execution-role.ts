import { MANAGED_BY, TAG } from "../../contract/names.ts";
import type { Allowed, Context, Denial } from "./decision.ts";

const tags = (kind: "RequestTag" | "ResourceTag"): Context => ({
  [`aws:${kind}/${TAG.managedBy}`]: MANAGED_BY,
  [`aws:${kind}/${TAG.deployment}`]: "{deployment}",
});

const BOUNDED: Context = { "iam:PermissionsBoundary": "{boundary}" };

const OUTSIDE: readonly Denial[] = [
  { change: { resource: "{role beside}" }, why: "outside the role path, though named alike" },
  { change: { resource: "{iam}:role/administrator" }, why: "outside the role path" },
  { change: { resource: "{execution role}" }, why: "its own role is outside the role path" },
];

const WRONG_BOUNDARY: readonly Denial[] = [
  { change: { key: "iam:PermissionsBoundary", value: undefined }, why: "without the boundary" },
  { change: { key: "iam:PermissionsBoundary", value: "{other policy}" }, why: "with another boundary" },
];

const wrongTags = (kind: "RequestTag" | "ResourceTag"): readonly Denial[] => [
  {
    change: { key: `aws:${kind}/${TAG.managedBy}`, value: undefined },
    why: "without the tag of who manages it",
  },
  { change: { key: `aws:${kind}/${TAG.deployment}`, value: undefined }, why: "without the deployment's tag" },
  { change: { key: `aws:${kind}/${TAG.deployment}`, value: "another" }, why: "another deployment's" },
];

/** How the Lambdas' role may make, change and delete the clusters' roles. */
export const ROLE_KEEPING_DECISIONS: readonly Allowed[] = [
  {
    who: "execution role",
    action: "iam:CreateRole",
    resource: "{role}",
    context: { ...BOUNDED, ...tags("RequestTag") },
    why: "makes a cluster's role: below the path, under the boundary, with the tags",
    unless: [...WRONG_BOUNDARY, ...wrongTags("RequestTag"), ...OUTSIDE],
  },
  {
    who: "execution role",
    action: "iam:TagRole",
    resource: "{role}",
    context: tags("RequestTag"),
    why: "tags a role in the making; IAM cannot tell that from one that exists, so the path is the fence",
    unless: [...wrongTags("RequestTag"), ...OUTSIDE],
  },
  ...["iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"].map((action): Allowed => ({
    who: "execution role",
    action,
    resource: "{role}",
    context: { ...BOUNDED, ...tags("ResourceTag") },
    why: "changes a role of this deployment that is under the boundary",
    unless: [...WRONG_BOUNDARY, ...wrongTags("ResourceTag"), ...OUTSIDE],
  })),
  {
    who: "execution role",
    action: "iam:PutRolePermissionsBoundary",
    resource: "{role}",
    context: { ...BOUNDED, ...tags("ResourceTag") },
    why: "gives a role of this deployment its boundary back",
    unless: [
      ...WRONG_BOUNDARY,
      ...wrongTags("ResourceTag"),
      ...OUTSIDE,
      { change: { action: "iam:DeleteRolePermissionsBoundary" }, why: "takes no boundary off" },
    ],
  },
  {
    who: "execution role",
    action: "iam:TagRole",
    resource: "{role}",
    context: tags("ResourceTag"),
    why: "marks a role of this deployment whose cluster is gone",
    unless: [...wrongTags("ResourceTag"), ...OUTSIDE],
  },
  ...["iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:UntagRole"].map(
    (action): Allowed => ({
      who: "execution role",
      action,
      resource: "{role}",
      context: tags("ResourceTag"),
      why: "retires a role of this deployment",
      unless: [...wrongTags("ResourceTag"), ...OUTSIDE],
    }),
  ),
  {
    who: "execution role",
    action: "iam:DetachRolePolicy",
    resource: "{role}",
    context: { ...tags("ResourceTag"), "iam:PolicyARN": "{administrator policy}" },
    why: "takes off what somebody attached by hand",
    unless: [
      {
        change: { action: "iam:AttachRolePolicy" },
        why: "attaches nothing, `AdministratorAccess` least of all",
      },
    ],
  },
];
