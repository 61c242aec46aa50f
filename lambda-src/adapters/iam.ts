import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListOpenIDConnectProvidersCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  type CreateRoleCommandInput,
  type Tag,
} from "@aws-sdk/client-iam";
import { clientOptions } from "./client-options.ts";

interface OnRole {
  RoleName: string;
}

interface OnPolicy extends OnRole {
  PolicyName: string;
}

interface Page {
  Marker?: string | undefined;
}

interface PageAnswer {
  IsTruncated?: boolean | undefined;
  Marker?: string | undefined;
}

/** A role as GetRole answers it. */
export interface RoleAnswer {
  RoleName?: string | undefined;
  Path?: string | undefined;
  /** URL-encoded JSON. */
  AssumeRolePolicyDocument?: string | undefined;
  Tags?: Tag[] | undefined;
  PermissionsBoundary?: { PermissionsBoundaryArn?: string | undefined } | undefined;
}

/** The IAM calls that are used, and no others. Answers are what IAM sends: pages, URL-encoded documents, error codes. */
export interface IamCalls {
  listRoles(
    input: Page & { PathPrefix: string },
  ): Promise<PageAnswer & { Roles?: { RoleName?: string | undefined }[] | undefined }>;
  getRole(input: OnRole): Promise<{ Role?: RoleAnswer | undefined }>;
  listRolePolicies(input: Page & OnRole): Promise<PageAnswer & { PolicyNames?: string[] | undefined }>;
  getRolePolicy(input: OnPolicy): Promise<{ PolicyDocument?: string | undefined }>;
  listAttachedRolePolicies(
    input: Page & OnRole,
  ): Promise<PageAnswer & { AttachedPolicies?: { PolicyArn?: string | undefined }[] | undefined }>;
  listOpenIDConnectProviders(): Promise<{
    OpenIDConnectProviderList?: { Arn?: string | undefined }[] | undefined;
  }>;
  createRole(input: CreateRoleCommandInput & OnRole): Promise<unknown>;
  putRolePermissionsBoundary(input: OnRole & { PermissionsBoundary: string }): Promise<unknown>;
  updateAssumeRolePolicy(input: OnRole & { PolicyDocument: string }): Promise<unknown>;
  putRolePolicy(input: OnPolicy & { PolicyDocument: string }): Promise<unknown>;
  deleteRolePolicy(input: OnPolicy): Promise<unknown>;
  detachRolePolicy(input: OnRole & { PolicyArn: string }): Promise<unknown>;
  tagRole(input: OnRole & { Tags: Tag[] }): Promise<unknown>;
  untagRole(input: OnRole & { TagKeys: string[] }): Promise<unknown>;
  deleteRole(input: OnRole): Promise<unknown>;
}

/** IAM itself. It is one global service per partition; `region` only selects the partition. No retries: see `role-store.ts`. */
export function openIam(region: string): IamCalls {
  const client = new IAMClient({ ...clientOptions(region), maxAttempts: 1 });
  return {
    listRoles: (input) => client.send(new ListRolesCommand(input)),
    getRole: (input) => client.send(new GetRoleCommand(input)),
    listRolePolicies: (input) => client.send(new ListRolePoliciesCommand(input)),
    getRolePolicy: (input) => client.send(new GetRolePolicyCommand(input)),
    listAttachedRolePolicies: (input) => client.send(new ListAttachedRolePoliciesCommand(input)),
    listOpenIDConnectProviders: () => client.send(new ListOpenIDConnectProvidersCommand({})),
    createRole: (input) => client.send(new CreateRoleCommand(input)),
    putRolePermissionsBoundary: (input) => client.send(new PutRolePermissionsBoundaryCommand(input)),
    updateAssumeRolePolicy: (input) => client.send(new UpdateAssumeRolePolicyCommand(input)),
    putRolePolicy: (input) => client.send(new PutRolePolicyCommand(input)),
    deleteRolePolicy: (input) => client.send(new DeleteRolePolicyCommand(input)),
    detachRolePolicy: (input) => client.send(new DetachRolePolicyCommand(input)),
    tagRole: (input) => client.send(new TagRoleCommand(input)),
    untagRole: (input) => client.send(new UntagRoleCommand(input)),
    deleteRole: (input) => client.send(new DeleteRoleCommand(input)),
  };
}
