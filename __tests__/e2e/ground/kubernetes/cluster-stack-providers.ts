import type { Part } from "../parts/part.ts";
import type { ProviderProgram } from "../terraform-mirror.ts";
import { ensureGoProgram } from "./go-build.ts";

/**
 * The newest releases that can be had as Go modules. What the cluster stack asks for (3.1.1 and 2.38.0) cannot: later
 * majors are tagged without a module path of their own, so no module version names them.
 */
export const STAND_IN_VERSIONS = { helm: "1.3.2", kubernetes: "1.13.4" } as const;

/** The cluster stack's providers. @returns where each is */
export async function ensureClusterProviders(): Promise<readonly ProviderProgram[]> {
  const programs: ProviderProgram[] = [];
  for (const [name, version] of Object.entries(STAND_IN_VERSIONS)) {
    const path = await ensureGoProgram({
      name: `terraform-provider-${name}`,
      version,
      module: `${name}-provider`,
    });
    programs.push({ name, version, path });
  }
  return programs;
}

/** The providers alone: Terraform starts and ends them itself. */
export const TERRAFORM_PROVIDERS: Part = {
  name: "terraform-providers",
  about: `Terraform's Helm ${STAND_IN_VERSIONS.helm} and Kubernetes ${STAND_IN_VERSIONS.kubernetes} providers, built here; runs nothing`,
  needs: [],
  install: ensureClusterProviders,
  prepare: () => Promise.resolve([]),
};
