import type { IamCalls } from "../../lambda-src/adapters/iam.ts";
import { page, urlEncode } from "./iam-answers.ts";
import { IamSettling } from "./iam-settling.ts";

/** A role as the fake keeps it. Documents are the JSON texts that were sent. */
export interface StoredRole {
  name: string;
  path: string;
  trust: string;
  tags: Map<string, string>;
  inline: Map<string, string>;
  attached: Set<string>;
  boundary: string | undefined;
  instanceProfiles: number;
}

/** An error as the SDK throws it: the code is the name. */
export class FakeAwsError extends Error {
  override readonly name: string;
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(code: string, message: string, httpStatusCode = 400) {
    super(message);
    this.name = code;
    this.$metadata = { httpStatusCode };
  }
}

const PAGE_SIZE = 100;

/** Which call fails next, and how. Return undefined to let it through. */
export type Fault = (call: keyof IamCalls, roleName: string | undefined) => FakeAwsError | undefined;

const WRITES: ReadonlySet<keyof IamCalls> = new Set<keyof IamCalls>([
  "createRole",
  "putRolePermissionsBoundary",
  "updateAssumeRolePolicy",
  "putRolePolicy",
  "deleteRolePolicy",
  "detachRolePolicy",
  "tagRole",
  "untagRole",
  "deleteRole",
]);

/** IAM with state: names unique without regard to case, pages, URL-encoded documents, real error codes. */
export class FakeIam implements IamCalls {
  readonly roles = new Map<string, StoredRole>();
  readonly providers = new Set<string>();
  /** Every call, in order. */
  readonly calls: { call: keyof IamCalls; role: string | undefined }[] = [];
  fault: Fault = () => undefined;
  pageSize = PAGE_SIZE;
  roleQuota = 1000;
  /** Eventual consistency; none unless its `calls` are set. */
  readonly settling = new IamSettling<StoredRole>();

  /** Calls that change something, since the start or since `forgetCalls`. */
  get writes(): { call: keyof IamCalls; role: string | undefined }[] {
    return this.calls.filter(({ call }) => WRITES.has(call));
  }

  forgetCalls(): void {
    this.calls.length = 0;
  }

  /** Puts a role there as somebody else would. */
  addRole(role: Partial<StoredRole> & { name: string }): StoredRole {
    const stored = {
      path: "/",
      trust: "{}",
      tags: new Map<string, string>(),
      inline: new Map<string, string>(),
      attached: new Set<string>(),
      boundary: undefined,
      instanceProfiles: 0,
      ...role,
    };
    this.roles.set(role.name.toLowerCase(), stored);
    return stored;
  }

  /** The role of this name, in any case. @throws when there is none */
  role(name: string): StoredRole {
    const role = this.roles.get(name.toLowerCase());
    if (!role) throw new FakeAwsError("NoSuchEntityException", `The role with name ${name} cannot be found.`);
    return role;
  }

  /** Whether a role of this ARN, path included, can be seen. */
  knowsRole(arn: string): boolean {
    const name = arn.slice(arn.lastIndexOf("/") + 1);
    const role = this.roles.get(name.toLowerCase());
    return role !== undefined && this.settling.isSeen(role) && arn.endsWith(`:role${role.path}${name}`);
  }

  /** As {@link role}, for a call: a role made a moment ago may not be there yet. */
  #seen(name: string): StoredRole {
    const role = this.role(name);
    if (this.settling.isSeen(role)) return role;
    throw new FakeAwsError("NoSuchEntityException", `The role with name ${name} cannot be found.`);
  }

  #enter(call: keyof IamCalls, role?: string): void {
    this.settling.tick();
    this.calls.push({ call, role });
    const error = this.fault(call, role);
    if (error) throw error;
  }

  async listRoles({ PathPrefix, Marker }: Parameters<IamCalls["listRoles"]>[0]) {
    this.#enter("listRoles");
    const below = this.settling
      .listed(this.roles)
      .filter((role) => role.path.startsWith(PathPrefix))
      .sort((left, right) => (left.name < right.name ? -1 : 1))
      // As IAM: without tags and boundary.
      .map((role) => ({ RoleName: role.name, Path: role.path }));
    const { items, ...rest } = page(below, Marker, this.pageSize);
    return { Roles: items, ...rest };
  }

  async getRole({ RoleName }: Parameters<IamCalls["getRole"]>[0]) {
    this.#enter("getRole", RoleName);
    const role = this.#seen(RoleName);
    return {
      Role: {
        RoleName: role.name,
        Path: role.path,
        AssumeRolePolicyDocument: urlEncode(role.trust),
        // As IAM: no member when there are none.
        ...(role.tags.size > 0 ? { Tags: [...role.tags].map(([Key, Value]) => ({ Key, Value })) } : {}),
        ...(role.boundary ? { PermissionsBoundary: { PermissionsBoundaryArn: role.boundary } } : {}),
      },
    };
  }

  async listRolePolicies({ RoleName, Marker }: Parameters<IamCalls["listRolePolicies"]>[0]) {
    this.#enter("listRolePolicies", RoleName);
    const { items, ...rest } = page([...this.#seen(RoleName).inline.keys()].sort(), Marker, this.pageSize);
    return { PolicyNames: items, ...rest };
  }

  async getRolePolicy({ RoleName, PolicyName }: Parameters<IamCalls["getRolePolicy"]>[0]) {
    this.#enter("getRolePolicy", RoleName);
    return { PolicyDocument: urlEncode(this.#inline(RoleName, PolicyName)) };
  }

  #inline(roleName: string, policyName: string): string {
    const document = this.#seen(roleName).inline.get(policyName);
    if (document === undefined) {
      throw new FakeAwsError(
        "NoSuchEntityException",
        `The role policy with name ${policyName} cannot be found.`,
      );
    }
    return document;
  }

  async listAttachedRolePolicies({ RoleName, Marker }: Parameters<IamCalls["listAttachedRolePolicies"]>[0]) {
    this.#enter("listAttachedRolePolicies", RoleName);
    const { items, ...rest } = page([...this.#seen(RoleName).attached].sort(), Marker, this.pageSize);
    return { AttachedPolicies: items.map((PolicyArn) => ({ PolicyArn })), ...rest };
  }

  async listOpenIDConnectProviders() {
    this.#enter("listOpenIDConnectProviders");
    return { OpenIDConnectProviderList: [...this.providers].map((Arn) => ({ Arn })) };
  }

  async createRole(input: Parameters<IamCalls["createRole"]>[0]) {
    this.#enter("createRole", input.RoleName);
    if (this.roles.has(input.RoleName.toLowerCase())) {
      throw new FakeAwsError(
        "EntityAlreadyExistsException",
        `Role with name ${input.RoleName} already exists.`,
      );
    }
    if (this.roles.size >= this.roleQuota) {
      throw new FakeAwsError(
        "LimitExceededException",
        `Cannot exceed quota for RolesPerAccount: ${this.roleQuota}`,
      );
    }
    const made = this.addRole({
      name: input.RoleName,
      path: input.Path ?? "/",
      trust: input.AssumeRolePolicyDocument ?? "",
      tags: new Map((input.Tags ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""])),
      boundary: input.PermissionsBoundary,
    });
    this.settling.made(made);
  }

  async putRolePermissionsBoundary(input: Parameters<IamCalls["putRolePermissionsBoundary"]>[0]) {
    this.#enter("putRolePermissionsBoundary", input.RoleName);
    this.#seen(input.RoleName).boundary = input.PermissionsBoundary;
  }

  async updateAssumeRolePolicy(input: Parameters<IamCalls["updateAssumeRolePolicy"]>[0]) {
    this.#enter("updateAssumeRolePolicy", input.RoleName);
    this.#seen(input.RoleName).trust = input.PolicyDocument;
  }

  async putRolePolicy(input: Parameters<IamCalls["putRolePolicy"]>[0]) {
    this.#enter("putRolePolicy", input.RoleName);
    this.#seen(input.RoleName).inline.set(input.PolicyName, input.PolicyDocument);
  }

  async deleteRolePolicy({ RoleName, PolicyName }: Parameters<IamCalls["deleteRolePolicy"]>[0]) {
    this.#enter("deleteRolePolicy", RoleName);
    this.#inline(RoleName, PolicyName);
    this.#seen(RoleName).inline.delete(PolicyName);
  }

  async detachRolePolicy({ RoleName, PolicyArn }: Parameters<IamCalls["detachRolePolicy"]>[0]) {
    this.#enter("detachRolePolicy", RoleName);
    if (!this.#seen(RoleName).attached.delete(PolicyArn)) {
      throw new FakeAwsError("NoSuchEntityException", `Policy ${PolicyArn} was not found.`);
    }
  }

  async tagRole({ RoleName, Tags }: Parameters<IamCalls["tagRole"]>[0]) {
    this.#enter("tagRole", RoleName);
    for (const { Key, Value } of Tags) this.#seen(RoleName).tags.set(Key ?? "", Value ?? "");
  }

  async untagRole({ RoleName, TagKeys }: Parameters<IamCalls["untagRole"]>[0]) {
    this.#enter("untagRole", RoleName);
    for (const key of TagKeys) this.#seen(RoleName).tags.delete(key);
  }

  async deleteRole({ RoleName }: Parameters<IamCalls["deleteRole"]>[0]) {
    this.#enter("deleteRole", RoleName);
    const role = this.#seen(RoleName);
    if (role.inline.size + role.attached.size + role.instanceProfiles > 0) {
      throw new FakeAwsError(
        "DeleteConflictException",
        "Cannot delete entity, must delete policies, detach policies and remove roles from instance profile first.",
      );
    }
    this.roles.delete(RoleName.toLowerCase());
    this.settling.deleted(role);
  }
}
