import type { Mutation } from "./mutation.ts";
import { testsOf } from "./named-tests.ts";

const inLambdaPolicy = { file: "contract/policies/lambda-policy.ts" };
const inPodIdentity = { file: "contract/policies/pod-identity-policy.ts" };
const lambda = testsOf("contract/lambda-policy");
const podIdentity = testsOf("contract/pod-identity-policy");

const CHANGE =
  'Action: ["iam:UpdateAssumeRolePolicy", "iam:PutRolePolicy"],\n      Resource: roles,\n      Condition: ';
const RESTORE = 'Action: ["iam:PutRolePermissionsBoundary"],\n      Resource: roles,\n      Condition: ';
const OURS_AND_BOUNDED = "{ StringEquals: { ...ours, ...bounded } }";
const PUT_BACK = lambda("a role's boundary may be put back to ours, on our roles only");

const EXECUTION_ROLE: readonly Mutation[] = [
  {
    name: "Lambdas: the path",
    ...inLambdaPolicy,
    find: ":role${scope.rolePath}*`];",
    replace: ":role/*`];",
    test: lambda("iam:DeleteRole is refused on a role outside the path that carries our tags"),
  },
  {
    name: "Lambdas: new roles have the boundary",
    ...inLambdaPolicy,
    find: 'StringEquals: { "iam:PermissionsBoundary": [boundaryArn], ...tagged }',
    replace: "StringEquals: tagged",
    test: lambda("making a role is refused without a boundary"),
  },
  {
    name: "Lambdas: new roles have the tags",
    ...inLambdaPolicy,
    find: "[boundaryArn], ...tagged }",
    replace: "[boundaryArn] }",
    test: lambda("making a role is refused without tags"),
  },
  {
    name: "Lambdas: tags of other roles",
    ...inLambdaPolicy,
    find: 'Action: ["iam:TagRole"],\n      Resource: roles,\n      Condition: {',
    replace: 'Action: ["iam:TagRole"],\n      Resource: roles,\n      Condition: true ? {} : {',
    test: lambda("iam:TagRole is refused on a role without tags"),
  },
  {
    name: "Lambdas: changes under the boundary only",
    ...inLambdaPolicy,
    find: `${CHANGE}${OURS_AND_BOUNDED}`,
    replace: `${CHANGE}{ StringEquals: ours }`,
    test: lambda("iam:PutRolePolicy is refused on a role that lost its boundary"),
  },
  {
    name: "Lambdas: changes of own roles only",
    ...inLambdaPolicy,
    find: `${CHANGE}${OURS_AND_BOUNDED}`,
    replace: `${CHANGE}{ StringEquals: bounded }`,
    test: lambda("iam:UpdateAssumeRolePolicy is refused on a role without our tags"),
  },
  {
    name: "Lambdas: deletions of own roles only",
    ...inLambdaPolicy,
    find: "Condition: { StringEquals: ours },",
    replace: "",
    test: lambda("iam:DeleteRole is refused on a role without tags"),
  },
  {
    name: "Lambdas: another deployment's roles",
    ...inLambdaPolicy,
    find: "    [`aws:ResourceTag/${TAG.deployment}`]: [bucketName],\n",
    replace: "",
    test: lambda("iam:DeleteRole is refused on a role of another deployment"),
  },
  {
    name: "Lambdas: no boundary but ours is put",
    ...inLambdaPolicy,
    find: `${RESTORE}${OURS_AND_BOUNDED}`,
    replace: `${RESTORE}{ StringEquals: ours }`,
    test: PUT_BACK,
  },
  {
    name: "Lambdas: no boundary is put on others' roles",
    ...inLambdaPolicy,
    find: `${RESTORE}${OURS_AND_BOUNDED}`,
    replace: `${RESTORE}{ StringEquals: bounded }`,
    test: PUT_BACK,
  },
  {
    name: "Lambdas: reports only in the bucket",
    ...inLambdaPolicy,
    find: "[`${scope.bucketArn}/${CONTROL_PREFIX}*`]",
    replace: "[`${scope.bucketArn}/*`]",
    test: lambda("observing and reporting reports go below control/, and are the only objects it can delete"),
  },
];

const ASSOCIATE = 'Resource: clusters,\n      Condition: ours("RequestTag", scope),';
const TAG_NEW =
  'Action: ["eks:TagResource"],\n      Resource: associations,\n      Condition: ours("RequestTag", scope),';
const without = (action: string) =>
  podIdentity(`eks:${action} is refused without them, and with another deployment's`);
const onAssociation = (action: string) =>
  `Action: ["eks:${action}"],\n      Resource: associations,\n      Condition: ours("ResourceTag", scope),`;

function ownAssociationsOnly(action: string): Mutation {
  const find = onAssociation(action);
  const replace = find.replace(/\n *Condition.*$/, "");
  return {
    name: `Lambdas: own associations only, ${action}`,
    ...inPodIdentity,
    find,
    replace,
    test: without(action),
  };
}

const POD_IDENTITY: readonly Mutation[] = [
  {
    name: "Lambdas: new associations have the tags",
    ...inPodIdentity,
    find: ASSOCIATE,
    replace: "Resource: clusters,",
    test: without("CreatePodIdentityAssociation"),
  },
  {
    name: "Lambdas: tags of other associations",
    ...inPodIdentity,
    find: TAG_NEW,
    replace: 'Action: ["eks:TagResource"],\n      Resource: associations,',
    test: without("TagResource"),
  },
  ownAssociationsOnly("UpdatePodIdentityAssociation"),
  ownAssociationsOnly("DeletePodIdentityAssociation"),
  {
    name: "Lambdas: roles are passed to Pod Identity only",
    ...inPodIdentity,
    find: 'Condition: { StringEquals: { "iam:PassedToService": [POD_IDENTITY_SERVICE] } },',
    replace: "",
    test: podIdentity("a role of the path is passed to Pod Identity, and to no other service"),
  },
  {
    name: "Lambdas: roles of the path are passed only",
    ...inPodIdentity,
    find: ":role${rolePath}*`]",
    replace: ":role/*`]",
    test: podIdentity("a role outside the path is passed to nobody"),
  },
];

/** Conditions and resources of what the Lambdas may do. */
export const LAMBDA_POLICY_MUTATIONS: readonly Mutation[] = [...EXECUTION_ROLE, ...POD_IDENTITY];
