import { clusterRoleName, deploymentNames } from "../../contract/names.ts";
import { oidcProviderArn } from "../../contract/workload-identity.ts";
import type { EksCalls } from "../../lambda-src/adapters/eks-calls.ts";
import { openClusterDirectory } from "../../lambda-src/adapters/eks.ts";
import type { IamCalls } from "../../lambda-src/adapters/iam.ts";
import { openAssociations } from "../../lambda-src/adapters/pod-identity.ts";
import { openRoleStore } from "../../lambda-src/adapters/role-store.ts";
import type { Deployment } from "../../lambda-src/reconcile/model.ts";
import type { Ports } from "../../lambda-src/reconcile/ports.ts";
import { destroy, reconcile, type RunOptions } from "../../lambda-src/reconcile/reconcile.ts";
import { FakeEks } from "./fake-eks.ts";
import { FakeIam } from "./fake-iam.ts";

export const ACCOUNT = "123456789012";

const RETRY = { retries: 3, minTimeout: 0, maxTimeout: 1 };

/** A deployment with the default names, over the given regions. */
export function deployment(overrides: Partial<Deployment> = {}): Deployment {
  const namePrefix = overrides.namePrefix ?? "nops-container-cost";
  const { bucket, boundary } = deploymentNames(namePrefix, ACCOUNT);
  return {
    partition: "aws",
    account: ACCOUNT,
    bucket,
    namePrefix,
    keyPrefix: "container-insights",
    regions: ["eu-west-1", "us-east-1"],
    boundaryArn: `arn:aws:iam::${ACCOUNT}:policy/${boundary}`,
    orphanGraceHours: 24,
    maxDeletesPerRun: 10,
    deleteRolesOnDestroy: true,
    clusterInclude: [],
    clusterExclude: [],
    podIdentityClusters: [],
    ...overrides,
  };
}

/** Gives calls that do what `calls` do, and more or less than that; `region` is that of EKS. */
export type Intercept = <T extends object>(calls: T, region?: string) => T;

/** An account with IAM, EKS in every region asked for, a bucket for the report, a log and a clock. */
export class FakeAccount {
  readonly iam = new FakeIam();
  readonly log: { level: string; message: string; fields: object }[] = [];
  report: unknown;
  now = new Date("2026-11-24T06:00:00Z");
  timeLeft = (): boolean => true;
  /** What stands between a run and the calls of IAM, or of one region's EKS: faults, a lost answer, somebody who watches. */
  intercept: Intercept = (calls) => calls;
  readonly #regions = new Map<string, FakeEks>();

  eks(region: string): FakeEks {
    const known = this.#regions.get(region) ?? new FakeEks(region, ACCOUNT, { iam: this.iam });
    this.#regions.set(region, known);
    return known;
  }

  /** A cluster that can have a role: active, with an OIDC provider. The name of the role it should get. */
  addCluster(region: string, name: string, options: { status?: string; issuerId?: string } = {}): string {
    const issuer = this.eks(region).addCluster(name, options.status, options.issuerId);
    this.iam.providers.add(oidcProviderArn("aws", ACCOUNT, issuer));
    return this.roleName(region, name);
  }

  roleName(region: string, name: string, namePrefix = "nops-container-cost"): string {
    return clusterRoleName(namePrefix, { partition: "aws", account: ACCOUNT, region, name });
  }

  advance(hours: number): void {
    this.now = new Date(this.now.getTime() + hours * 3_600_000);
  }

  ports(): Ports {
    const eks = (region: string) => this.intercept<EksCalls>(this.eks(region), region);
    return {
      roles: openRoleStore(this.intercept<IamCalls>(this.iam), RETRY),
      clusters: (region) => openClusterDirectory(eks(region)),
      associations: (region) => openAssociations(eks(region), RETRY),
      reports: {
        write: async (report) => void (this.report = report),
        remove: async () => void (this.report = undefined),
      },
      log: (level, message, fields) => void this.log.push({ level, message, fields }),
      now: () => this.now,
      sleep: async (milliseconds) => void (this.now = new Date(this.now.getTime() + milliseconds)),
      hasTime: () => this.timeLeft(),
    };
  }

  reconcile(overrides: Partial<Deployment> = {}, options: RunOptions = {}) {
    return reconcile(deployment(overrides), this.ports(), options);
  }

  destroy(overrides: Partial<Deployment> = {}) {
    return destroy(deployment(overrides), this.ports());
  }
}
