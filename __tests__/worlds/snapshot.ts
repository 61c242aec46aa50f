import type { FakeAccount } from "../fakes/fake-account.ts";
import type { StoredRole } from "../fakes/fake-iam.ts";
import type { StoredAssociation } from "../fakes/fake-pod-identity.ts";
import type { World } from "./world.ts";

/** A copy of what an account holds at one instant. */
export interface Snapshot {
  readonly roles: ReadonlyMap<string, StoredRole>;
  readonly associations: readonly (StoredAssociation & { readonly region: string })[];
  readonly now: Date;
}

/** A copy of what the account holds now, in the regions of the world's clusters. */
export function takeSnapshot(account: FakeAccount, world: World): Snapshot {
  const regions = [...new Set(world.clusters.map(({ region }) => region))];
  return {
    roles: new Map([...account.iam.roles].map(([key, role]) => [key, copyOf(role)])),
    associations: regions.flatMap((region) =>
      [...account.eks(region).podIdentity.associations.values()].map((one) => ({ ...one, region })),
    ),
    now: account.now,
  };
}

/** A copy of a role. */
export function copyOf(role: StoredRole): StoredRole {
  return {
    ...role,
    tags: new Map(role.tags),
    inline: new Map(role.inline),
    attached: new Set(role.attached),
  };
}
