import type { Mutation } from "./mutation.ts";
import { testsOf } from "./named-tests.ts";

const inIdentity = { file: "contract/workload-identity.ts" };
const inWriter = { file: "contract/policies/writer-policy.ts" };
const inKey = { file: "contract/policies/encryption-key.ts" };
const inBucket = { file: "contract/policies/bucket-policy.ts" };
const data = testsOf("contract/data-policies");
const key = testsOf("contract/encryption-key");

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

/** Conditions and resources of what lets a cluster's pods in, and of what they may do. */
export const CLUSTER_POLICY_MUTATIONS: readonly Mutation[] = [...TRUST, ...DATA];
