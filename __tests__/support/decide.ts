import { anonymousPrincipal, runSimulation } from "@cloud-copilot/iam-simulate";
import type { PolicyDocument } from "../../contract/policy-document.ts";

export const ACCOUNT = "123456789012";

/** The principal of a request that nobody signed. */
export const ANONYMOUS = "anonymous";

/** One request, and every document that has a say in it. */
export interface Access {
  readonly action: string;
  readonly resource: string;
  /** Condition keys of the request. */
  readonly context?: Readonly<Record<string, string | string[]>>;
  /** ARN, name of a service, or {@link ANONYMOUS}. @default a role of {@link ACCOUNT} */
  readonly principal?: string;
  /** Whose the resource is. @default {@link ACCOUNT} */
  readonly account?: string;
  readonly identityPolicy?: PolicyDocument;
  readonly resourcePolicy?: PolicyDocument;
  readonly boundary?: PolicyDocument;
}

export type Decision = "Allowed" | "ImplicitlyDenied" | "ExplicitlyDenied";

/**
 * What IAM would answer, decided by an independent simulator.
 * @throws Error when the request is malformed, or when the simulator left out a condition key: a denial would then
 *   be about the missing key, and a test of a denial would pass for the wrong reason
 */
export async function decide(access: Access): Promise<Decision> {
  const outcome = await runSimulation(
    {
      request: {
        principal:
          access.principal === ANONYMOUS
            ? anonymousPrincipal
            : (access.principal ?? `arn:aws:iam::${ACCOUNT}:role/some-role`),
        action: access.action,
        resource: { resource: access.resource, accountId: access.account ?? ACCOUNT },
        contextVariables: { ...access.context },
      },
      identityPolicies: named(access.identityPolicy, "identity"),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(access.resourcePolicy ? { resourcePolicy: access.resourcePolicy } : {}),
      ...(access.boundary ? { permissionBoundaryPolicies: named(access.boundary, "boundary") } : {}),
    },
    {},
  );
  if (outcome.resultType === "error") throw new Error(JSON.stringify(outcome.errors));
  const results = outcome.resultType === "single" ? [outcome.result] : outcome.results;
  const ignored = results.flatMap((result) => result.ignoredContextKeys ?? []);
  if (ignored.length > 0) {
    throw new Error(`"${access.action}" does not have the condition keys "${ignored.join('", "')}"`);
  }
  return outcome.overallResult as Decision;
}

function named(policy: PolicyDocument | undefined, name: string): { name: string; policy: PolicyDocument }[] {
  return policy ? [{ name, policy }] : [];
}
