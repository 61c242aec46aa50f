import { GetRoleCommand, IAMClient, ListInstanceProfilesForRoleCommand } from "@aws-sdk/client-iam";
import { clientOptions } from "../../../lambda-src/adapters/client-options.ts";
import { openIam } from "../../../lambda-src/adapters/iam.ts";
import { openRoleStore } from "../../../lambda-src/adapters/role-store.ts";
import { isNotFound } from "../../../lambda-src/aws-errors.ts";
import type { FullRole } from "../../../lambda-src/reconcile/model.ts";
import type { RoleWriter } from "../../../lambda-src/reconcile/ports.ts";

/** A role, and what the reconciler never asks about one. */
export interface RoleFacts {
  readonly role: FullRole;
  readonly description?: string | undefined;
  readonly maxSessionSeconds?: number | undefined;
  /** As IAM tells it, up to four hours late. undefined: not within the 400 days that it keeps. */
  readonly lastUsed?: Date | undefined;
  /** Names of the instance profiles that it is in. */
  readonly instanceProfiles: readonly string[];
}

/** Roles of the account, by name, at whatever path. */
export interface RoleArchive extends Pick<RoleWriter, "removeInlinePolicy" | "deleteRole"> {
  /** undefined when there is no such role. */
  read(name: string): Promise<RoleFacts | undefined>;
}

/** IAM with the caller's credentials; `region` only selects the partition. */
export function openRoleArchive(region: string): RoleArchive {
  const client = new IAMClient(clientOptions(region));
  const store = openRoleStore(openIam(region));

  async function instanceProfiles(RoleName: string): Promise<string[]> {
    const names: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await client.send(new ListInstanceProfilesForRoleCommand({ RoleName, Marker }));
      names.push(...(page.InstanceProfiles ?? []).map((profile) => profile.InstanceProfileName ?? ""));
      Marker = page.IsTruncated ? page.Marker : undefined;
    } while (Marker !== undefined);
    return names;
  }

  return {
    ...store,
    async read(name) {
      const role = await store.readRole(name);
      if (role === undefined) return undefined;
      try {
        const { Role } = await client.send(new GetRoleCommand({ RoleName: name }));
        return {
          role,
          description: Role?.Description,
          maxSessionSeconds: Role?.MaxSessionDuration,
          lastUsed: Role?.RoleLastUsed?.LastUsedDate,
          instanceProfiles: await instanceProfiles(name),
        };
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
  };
}
