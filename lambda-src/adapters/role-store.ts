import { WRITER_POLICY_NAME } from "../../contract/names.ts";
import type { RoleSpec } from "../reconcile/model.ts";
import type { RoleReader, RoleStore, RoleWriter } from "../reconcile/ports.ts";
import { errorCode, isAlreadyThere, isNotFound } from "../aws-errors.ts";
import type { IamCalls, RoleAnswer } from "./iam.ts";
import { IAM_RETRY, withRetry, type RetryPolicy } from "./retry.ts";

/** IAM gives documents back URL-encoded (RFC 3986, so a plus is a plus). A text that is no JSON stays a text: it differs from any document. */
function decodeDocument(encoded: string | undefined): unknown {
  const text = decodeURIComponent(encoded ?? "");
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function toTags(tags: Readonly<Record<string, string>>) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

async function allPages<
  Answer extends { IsTruncated?: boolean | undefined; Marker?: string | undefined },
  Item,
>(
  page: (marker: string | undefined) => Promise<Answer>,
  itemsOf: (answer: Answer) => readonly Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  let marker: string | undefined;
  do {
    const answer = await page(marker);
    items.push(...(itemsOf(answer) ?? []));
    marker = answer.IsTruncated ? answer.Marker : undefined;
  } while (marker !== undefined);
  return items;
}

function outlineOf(role: RoleAnswer, name: string) {
  return {
    name: role.RoleName ?? name,
    path: role.Path ?? "/",
    tags: Object.fromEntries((role.Tags ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""])),
    trust: decodeDocument(role.AssumeRolePolicyDocument),
    boundaryArn: role.PermissionsBoundary?.PermissionsBoundaryArn,
  };
}

/** What IAM answers; undefined when it has no such thing. */
async function orUndefined<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function roleReader(iam: IamCalls, retry: RetryPolicy): RoleReader {
  async function inlinePolicies(RoleName: string): Promise<Record<string, unknown>> {
    const names = await allPages(
      (Marker) => withRetry(() => iam.listRolePolicies({ RoleName, Marker }), retry),
      (answer) => answer.PolicyNames,
    );
    const policies: Record<string, unknown> = {};
    for (const PolicyName of names) {
      // One that went since the listing is left out: only GetRole's answer says that there is no role.
      const answer = await orUndefined(withRetry(() => iam.getRolePolicy({ RoleName, PolicyName }), retry));
      if (answer) policies[PolicyName] = decodeDocument(answer.PolicyDocument);
    }
    return policies;
  }

  function attachedPolicies(RoleName: string) {
    return allPages(
      (Marker) => withRetry(() => iam.listAttachedRolePolicies({ RoleName, Marker }), retry),
      (answer) => answer.AttachedPolicies?.map((policy) => policy.PolicyArn ?? ""),
    );
  }

  /** None when the policy is gone, or the role. */
  async function writerPolicy(RoleName: string): Promise<Record<string, unknown>> {
    const input = { RoleName, PolicyName: WRITER_POLICY_NAME };
    const answer = await orUndefined(withRetry(() => iam.getRolePolicy(input), retry));
    return answer ? { [WRITER_POLICY_NAME]: decodeDocument(answer.PolicyDocument) } : {};
  }

  // ListRoles omits tags and boundary: they come from GetRole only.
  async function outline(name: string) {
    const { Role } = await withRetry(() => iam.getRole({ RoleName: name }), retry);
    return Role && outlineOf(Role, name);
  }

  return {
    async listRoleNames(PathPrefix) {
      const roles = await allPages(
        (Marker) => withRetry(() => iam.listRoles({ PathPrefix, Marker }), retry),
        (answer) => answer.Roles,
      );
      return roles.map((role) => role.RoleName ?? "");
    },
    async readRole(name) {
      const role = await orUndefined(outline(name));
      return (
        role && {
          ...role,
          detail: "full",
          inlinePolicies: await inlinePolicies(name),
          attachedPolicies: await attachedPolicies(name),
        }
      );
    },
    async readRoleBriefly(name) {
      const role = await orUndefined(outline(name));
      return role && { ...role, detail: "brief", inlinePolicies: await writerPolicy(name) };
    },
    readOutline(name) {
      return orUndefined(outline(name));
    },
    async listOidcProviders() {
      const answer = await withRetry(() => iam.listOpenIDConnectProviders(), retry);
      return (answer.OpenIDConnectProviderList ?? []).map((provider) => provider.Arn ?? "");
    },
  };
}

function createInput(spec: RoleSpec) {
  return {
    RoleName: spec.name,
    Path: spec.path,
    Description: "Lets the Container Insights agent of one EKS cluster write its own prefix",
    AssumeRolePolicyDocument: JSON.stringify(spec.trust),
    PermissionsBoundary: spec.boundaryArn,
    Tags: toTags(spec.tags),
  };
}

/** A removal of something that is gone is done. */
async function removal(call: Promise<unknown>): Promise<void> {
  await orUndefined(call);
}

function roleWriter(iam: IamCalls, retry: RetryPolicy): RoleWriter {
  /** A role just made may not be found by the next call: IAM settles in seconds. */
  function write(call: () => Promise<unknown>): Promise<unknown> {
    return withRetry(call, retry, isNotFound);
  }

  return {
    async createRole(spec) {
      try {
        await withRetry(() => iam.createRole(createInput(spec)), retry);
        return "created";
      } catch (error) {
        if (isAlreadyThere(error)) return "exists";
        throw error;
      }
    },
    async putBoundary(RoleName, PermissionsBoundary) {
      await write(() => iam.putRolePermissionsBoundary({ RoleName, PermissionsBoundary }));
    },
    async putTrust(RoleName, trust) {
      await write(() => iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: JSON.stringify(trust) }));
    },
    async putInlinePolicy(RoleName, PolicyName, policy) {
      await write(() => iam.putRolePolicy({ RoleName, PolicyName, PolicyDocument: JSON.stringify(policy) }));
    },
    async removeInlinePolicy(RoleName, PolicyName) {
      await removal(withRetry(() => iam.deleteRolePolicy({ RoleName, PolicyName }), retry));
    },
    async detachPolicy(RoleName, PolicyArn) {
      await removal(withRetry(() => iam.detachRolePolicy({ RoleName, PolicyArn }), retry));
    },
    async putTags(RoleName, tags) {
      await write(() => iam.tagRole({ RoleName, Tags: toTags(tags) }));
    },
    async removeTags(RoleName, keys) {
      await removal(withRetry(() => iam.untagRole({ RoleName, TagKeys: [...keys] }), retry));
    },
    async deleteRole(RoleName) {
      // Policies removed a moment ago may still count.
      const settling = (error: unknown) => errorCode(error) === "DeleteConflict";
      await removal(withRetry(() => iam.deleteRole({ RoleName }), retry, settling));
    },
  };
}

/** Roles as the reconciler knows them, over IAM's calls: pages joined, documents decoded, transient errors retried. */
export function openRoleStore(iam: IamCalls, retry: RetryPolicy = IAM_RETRY): RoleStore {
  return { ...roleReader(iam, retry), ...roleWriter(iam, retry) };
}
