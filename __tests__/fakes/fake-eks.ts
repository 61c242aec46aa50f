import type { ClusterAnswer, EksCalls } from "../../lambda-src/adapters/eks-calls.ts";
import { FakeAwsError, type FakeIam } from "./fake-iam.ts";
import { FakePodIdentity } from "./fake-pod-identity.ts";

/** One region of EKS with state: pages of 100, names that are case-sensitive, failures by region or by cluster. */
export class FakeEks implements EksCalls {
  readonly clusters = new Map<string, ClusterAnswer>();
  /** Thrown by every call, as in a region that is denied, throttled or disabled. */
  failure: FakeAwsError | undefined;
  /** Thrown by DescribeCluster for one cluster. */
  readonly describeFailures = new Map<string, FakeAwsError>();
  /** Clusters that DescribeCluster knows and ListClusters does not name. */
  readonly unlisted = new Set<string>();

  pageSize = 100;
  readonly region: string;
  readonly account: string;
  readonly partition: string;

  /** Thrown by the Pod Identity calls on one cluster. */
  readonly podIdentityFailures = new Map<string, FakeAwsError>();
  readonly podIdentity: FakePodIdentity;

  constructor(
    region: string,
    account: string,
    { iam, partition = "aws" }: { iam: FakeIam; partition?: string },
  ) {
    this.region = region;
    this.account = account;
    this.partition = partition;
    this.podIdentity = new FakePodIdentity({
      arnBase: `arn:${partition}:eks:${region}:${account}`,
      clusterExists: (name) => this.clusters.has(name),
      roleExists: (arn) => iam.knowsRole(arn),
      failure: (_call, cluster) => this.failure ?? this.podIdentityFailures.get(cluster),
      pageSize: () => this.pageSize,
    });
  }

  /** A cluster as EKS makes it: its issuer's id is new every time. */
  addCluster(
    name: string,
    status = "ACTIVE",
    issuerId = `${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "0")}0`,
  ): string {
    const issuer = `https://oidc.eks.${this.region}.amazonaws.com/id/${issuerId}`;
    const arn = `arn:${this.partition}:eks:${this.region}:${this.account}:cluster/${name}`;
    this.podIdentity.forgetCluster(name);
    this.clusters.set(name, { arn, name, status, identity: { oidc: { issuer } } });
    return issuer;
  }

  async listClusters({ nextToken }: { nextToken?: string | undefined }) {
    if (this.failure) throw this.failure;
    const names = [...this.clusters.keys()].filter((name) => !this.unlisted.has(name)).sort();
    const from = Number(nextToken ?? "0");
    const next = from + this.pageSize;
    return {
      clusters: names.slice(from, next),
      ...(next < names.length ? { nextToken: String(next) } : {}),
    };
  }

  async describeCluster({ name }: { name: string }) {
    const failure = this.failure ?? this.describeFailures.get(name);
    if (failure) throw failure;
    const cluster = this.clusters.get(name);
    if (!cluster) {
      throw new FakeAwsError("ResourceNotFoundException", `No cluster found for name: ${name}.`);
    }
    return { cluster };
  }

  listPodIdentityAssociations(input: Parameters<EksCalls["listPodIdentityAssociations"]>[0]) {
    return this.podIdentity.listPodIdentityAssociations(input);
  }

  describePodIdentityAssociation(input: Parameters<EksCalls["describePodIdentityAssociation"]>[0]) {
    return this.podIdentity.describePodIdentityAssociation(input);
  }

  createPodIdentityAssociation(input: Parameters<EksCalls["createPodIdentityAssociation"]>[0]) {
    return this.podIdentity.createPodIdentityAssociation(input);
  }

  updatePodIdentityAssociation(input: Parameters<EksCalls["updatePodIdentityAssociation"]>[0]) {
    return this.podIdentity.updatePodIdentityAssociation(input);
  }

  tagResource(input: Parameters<EksCalls["tagResource"]>[0]) {
    return this.podIdentity.tagResource(input);
  }

  deletePodIdentityAssociation(input: Parameters<EksCalls["deletePodIdentityAssociation"]>[0]) {
    return this.podIdentity.deletePodIdentityAssociation(input);
  }
}
