import type { Mutation } from "./mutation.ts";
import { testsOf } from "./named-tests.ts";

const inLambdaPolicy = { file: "contract/policies/lambda-policy.ts" };
const inPodIdentity = { file: "contract/policies/pod-identity-policy.ts" };
const inIdentity = { file: "contract/workload-identity.ts" };
const inWriter = { file: "contract/policies/writer-policy.ts" };
const inKey = { file: "contract/policies/encryption-key.ts" };
const inBucket = { file: "contract/policies/bucket-policy.ts" };
const lambda = testsOf("contract/lambda-policy");
const podIdentity = testsOf("contract/pod-identity-policy");
const data = testsOf("contract/data-policies");
const key = testsOf("contract/encryption-key");

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
    find: "StringEquals: {\n          ...bounded,\n",
    replace: "StringEquals: {\n",
    test: lambda("making a role is refused without a boundary"),
  },
  {
    name: "Lambdas: new roles have the tags",
    ...inLambdaPolicy,
    find: "...bounded,\n          [`aws:RequestTag/${TAG.managedBy}`]: [MANAGED_BY],\n          [`aws:RequestTag/${TAG.deployment}`]: [scope.bucketName],\n",
    replace: "...bounded,\n",
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
    find: "    [`aws:ResourceTag/${TAG.deployment}`]: [scope.bucketName],\n",
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

const trust = (name: string) =>
  testsOf("contract/workload-identity")(`the trust of a cluster's role ${name}`);

/** A condition of the trust of Pod Identity. */
function sessionTag(find: string, key: string): Mutation {
  const name = `the trust of a Pod Identity cluster's role: sts:AssumeRole is denied without ${key}`;
  const test = testsOf("contract/pod-identity-trust")(name);
  return { name: `trust: ${key}`, ...inIdentity, find, replace: "", test };
}

const TRUST: readonly Mutation[] = [
  {
    name: "trust: audience",
    ...inIdentity,
    find: "[`${issuer}:aud`]: [STS_AUDIENCE], ",
    replace: "",
    test: trust("keeps out a token without aud"),
  },
  {
    name: "trust: subject",
    ...inIdentity,
    find: ", [`${issuer}:sub`]: subjects",
    replace: "",
    test: trust("keeps out another service account"),
  },
  {
    name: "trust: subject exactly",
    ...inIdentity,
    find: "oidcSubject(AGENT_NAMESPACE, account));",
    replace: "oidcSubject(AGENT_NAMESPACE, `${account}-2`));",
    test: trust("lets the exporter's token in"),
  },
  {
    name: "trust: the cluster's provider",
    ...inIdentity,
    find: "Principal: { Federated: providerArn },",
    replace: 'Principal: "*",',
    test: trust("keeps out another cluster's provider"),
  },
  sessionTag('"aws:SourceAccount": [account],', "aws:SourceAccount"),
  sessionTag('"aws:RequestTag/eks-cluster-arn": [clusterArn],', "aws:RequestTag/eks-cluster-arn"),
  sessionTag(
    '"aws:RequestTag/kubernetes-namespace": [AGENT_NAMESPACE],',
    "aws:RequestTag/kubernetes-namespace",
  ),
  sessionTag(
    '"aws:RequestTag/kubernetes-service-account": [...WRITER_SERVICE_ACCOUNTS],',
    "aws:RequestTag/kubernetes-service-account",
  ),
];

const OWN_PREFIX = data("a cluster's role may s3:PutObject below its own prefix and nowhere else");
const THROUGH_S3 = key(
  "a cluster's writer may not kms:Decrypt by calling KMS itself, through another service or region, or with another key",
);

const DATA: readonly Mutation[] = [
  {
    name: "writer: own prefix",
    ...inWriter,
    find: "[`${bucketArn}/${prefix}/*`]",
    replace: "[`${bucketArn}/*`]",
    test: OWN_PREFIX,
  },
  {
    name: "writer: the prefix ends where the name does",
    ...inWriter,
    find: "[`${bucketArn}/${prefix}/*`]",
    replace: "[`${bucketArn}/${prefix}*`]",
    test: OWN_PREFIX,
  },
  {
    name: "writer: lists its prefix only",
    ...inWriter,
    find: 'Condition: { StringLike: { "s3:prefix": [`${prefix}/*`] } },',
    replace: "",
    test: data("a cluster's role may list its own prefix, and nothing without one"),
  },
  {
    name: "writer: the key through S3 only",
    ...inKey,
    find: 'Condition: { StringEquals: { "kms:ViaService": [key.viaService] } },',
    replace: "",
    test: THROUGH_S3,
  },
  {
    name: "writer: no other key",
    ...inKey,
    find: "Resource: [key.arn],",
    replace: 'Resource: ["*"],',
    test: THROUGH_S3,
  },
  {
    name: "boundary: this bucket only",
    ...inWriter,
    find: "Action: [...WRITE_OBJECTS], Resource: [`${bucketArn}/*`]",
    replace: 'Action: [...WRITE_OBJECTS], Resource: ["arn:aws:s3:::*"]',
    test: data("the boundary takes s3:PutObject on arn:aws:s3:::another-bucket/x from it"),
  },
  {
    name: "bucket: no plain HTTP",
    ...inBucket,
    find: 'Condition: { Bool: { "aws:SecureTransport": ["false"] } },',
    replace: 'Condition: { Bool: { "aws:SecureTransport": ["neither"] } },',
    test: data("the bucket refuses plain HTTP"),
  },
  {
    name: "bucket: no old TLS",
    ...inBucket,
    find: '{ "s3:TlsVersion": ["1.2"] }',
    replace: '{ "s3:TlsVersion": ["1.1"] }',
    test: data("the bucket refuses TLS 1.1"),
  },
];

/** Conditions and resources of the documents that the simulator decides by. */
export const POLICY_MUTATIONS: readonly Mutation[] = [...EXECUTION_ROLE, ...POD_IDENTITY, ...TRUST, ...DATA];
