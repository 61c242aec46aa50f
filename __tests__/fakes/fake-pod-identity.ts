import type { EksCalls } from "../../lambda-src/adapters/eks-calls.ts";
import { FakeAwsError } from "./fake-iam.ts";

/** An association as the fake keeps it. */
export interface StoredAssociation {
  associationId: string;
  clusterName: string;
  namespace: string;
  serviceAccount: string;
  roleArn: string;
  tags: Record<string, string>;
}

type Calls = Pick<
  EksCalls,
  | "listPodIdentityAssociations"
  | "describePodIdentityAssociation"
  | "createPodIdentityAssociation"
  | "updatePodIdentityAssociation"
  | "deletePodIdentityAssociation"
  | "tagResource"
>;

/** What the fake asks of the rest of the account. */
export interface PodIdentityWorld {
  /** `arn:<partition>:eks:<region>:<account>` */
  readonly arnBase: string;
  readonly clusterExists: (name: string) => boolean;
  readonly roleExists: (arn: string) => boolean;
  /** Thrown by the call, when it is to fail. */
  readonly failure: (call: keyof Calls, cluster: string) => FakeAwsError | undefined;
  readonly pageSize: () => number;
}

/** Pod Identity associations of one region: one for each service account, gone with their cluster, roles checked. */
export class FakePodIdentity implements Calls {
  readonly associations = new Map<string, StoredAssociation>();
  /** Calls that change something, in order. */
  readonly writes: { readonly call: keyof Calls; readonly cluster: string }[] = [];
  readonly #world: PodIdentityWorld;
  #made = 0;

  constructor(world: PodIdentityWorld) {
    this.#world = world;
  }

  /** Puts an association there as somebody else would. */
  add(association: Omit<StoredAssociation, "associationId">): StoredAssociation {
    const stored = { ...association, associationId: `a-${String(++this.#made).padStart(17, "0")}` };
    this.associations.set(stored.associationId, stored);
    return stored;
  }

  /** What EKS does to the associations of a cluster that it deletes. */
  forgetCluster(name: string): void {
    for (const { associationId, clusterName } of [...this.associations.values()]) {
      if (clusterName === name) this.associations.delete(associationId);
    }
  }

  #enter(call: keyof Calls, cluster: string): void {
    const failure = this.#world.failure(call, cluster);
    if (failure) throw failure;
    if (!this.#world.clusterExists(cluster)) {
      this.forgetCluster(cluster);
      throw new FakeAwsError("ResourceNotFoundException", `No cluster found for name: ${cluster}.`, 404);
    }
  }

  #write(call: keyof Calls, cluster: string): void {
    this.writes.push({ call, cluster });
    this.#enter(call, cluster);
  }

  #find(cluster: string, id: string): StoredAssociation {
    const found = this.associations.get(id);
    if (found?.clusterName === cluster) return found;
    throw new FakeAwsError("ResourceNotFoundException", `Association not found: ${id}`, 404);
  }

  #checkRole(roleArn: string): void {
    if (this.#world.roleExists(roleArn)) return;
    throw new FakeAwsError("InvalidParameterException", "Role provided in the request does not exist.");
  }

  async listPodIdentityAssociations(input: Parameters<Calls["listPodIdentityAssociations"]>[0]) {
    this.#enter("listPodIdentityAssociations", input.clusterName);
    const all = [...this.associations.values()].filter(
      ({ clusterName, namespace }) => clusterName === input.clusterName && namespace === input.namespace,
    );
    const from = Number(input.nextToken ?? "0");
    const next = from + this.#world.pageSize();
    return {
      // As EKS: neither role nor tags.
      associations: all.slice(from, next).map(({ associationId }) => ({ associationId })),
      ...(next < all.length ? { nextToken: String(next) } : {}),
    };
  }

  async describePodIdentityAssociation(input: Parameters<Calls["describePodIdentityAssociation"]>[0]) {
    this.#enter("describePodIdentityAssociation", input.clusterName);
    const found = this.#find(input.clusterName, input.associationId);
    return { association: { ...found, associationArn: this.#arn(found) } };
  }

  #arn({ clusterName, associationId }: StoredAssociation): string {
    return `${this.#world.arnBase}:podidentityassociation/${clusterName}/${associationId}`;
  }

  async tagResource({ resourceArn, tags }: Parameters<Calls["tagResource"]>[0]) {
    const found = [...this.associations.values()].find((one) => this.#arn(one) === resourceArn);
    this.#write("tagResource", found?.clusterName ?? "");
    if (!found) throw new FakeAwsError("NotFoundException", `No resource of ARN ${resourceArn}`, 404);
    Object.assign(found.tags, tags);
  }

  async createPodIdentityAssociation(input: Parameters<Calls["createPodIdentityAssociation"]>[0]) {
    this.#write("createPodIdentityAssociation", input.clusterName);
    const taken = [...this.associations.values()].some(
      (one) =>
        one.clusterName === input.clusterName &&
        one.namespace === input.namespace &&
        one.serviceAccount === input.serviceAccount,
    );
    if (taken) {
      throw new FakeAwsError(
        "ResourceInUseException",
        `Association already exists: ${input.namespace}/${input.serviceAccount}`,
        409,
      );
    }
    this.#checkRole(input.roleArn);
    return { association: this.add({ ...input, tags: { ...input.tags } }) };
  }

  async updatePodIdentityAssociation(input: Parameters<Calls["updatePodIdentityAssociation"]>[0]) {
    this.#write("updatePodIdentityAssociation", input.clusterName);
    const found = this.#find(input.clusterName, input.associationId);
    this.#checkRole(input.roleArn);
    found.roleArn = input.roleArn;
    return { association: found };
  }

  async deletePodIdentityAssociation(input: Parameters<Calls["deletePodIdentityAssociation"]>[0]) {
    this.#write("deletePodIdentityAssociation", input.clusterName);
    const found = this.#find(input.clusterName, input.associationId);
    this.associations.delete(found.associationId);
    return { association: found };
  }
}
