import { FakeAccount } from "../../__tests__/fakes/fake-account.ts";

/** Regions of the partition `aws` that are on without being asked for, and three that are not. */
export const REGIONS = [
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ca-central-1",
  "eu-central-1",
  "eu-north-1",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
  "af-south-1",
  "eu-south-1",
  "me-south-1",
] as const;

/** Other people's roles and OIDC providers, which every account has. */
const FOREIGN_ROLES = 200;
const FOREIGN_PROVIDERS = 20;

/**
 * An account with so many active clusters, spread unevenly as in life: the first region has a third of them, more than
 * a page of ListClusters.
 */
export function largeAccount(clusters: number): FakeAccount {
  const account = new FakeAccount();
  account.iam.roleQuota = clusters + FOREIGN_ROLES;
  for (let index = 0; index < FOREIGN_ROLES; index++) account.iam.addRole({ name: `service-role-${index}` });
  for (let index = 0; index < FOREIGN_PROVIDERS; index++) {
    account.iam.providers.add(`arn:aws:iam::123456789012:oidc-provider/ci-${index}.example.com`);
  }
  for (let index = 0; index < clusters; index++) {
    const region = REGIONS[index % 3 === 0 ? 0 : index % REGIONS.length] ?? REGIONS[0];
    account.addCluster(region, `team-${index % 40}-cluster-${index}`);
  }
  return account;
}

/** How often each API was called, by its name in IAM or EKS. */
export type CallCounts = Record<string, number>;

/** `calls`, each answered `milliseconds` later and counted. */
export function slowed<T extends object>(calls: T, milliseconds: number, counts: CallCounts): T {
  return new Proxy(calls, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return async (...args: unknown[]): Promise<unknown> => {
        const api = String(name).replace(/^./, (letter) => letter.toUpperCase());
        counts[api] = (counts[api] ?? 0) + 1;
        await new Promise((resolve) => setTimeout(resolve, milliseconds));
        return Reflect.apply(member, target, args) as unknown;
      };
    },
  });
}
