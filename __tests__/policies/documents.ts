import type { PolicyDocument } from "../../contract/policy-document.ts";
import type { Setting } from "../../tools/policy-decisions/decision.ts";

/**
 * The policy documents of a deployment, by the resource they belong to, as `aws_iam_policy.read`; what says who may
 * assume a role is at `aws_iam_role.lambda trust`.
 */
export type Documents = ReadonlyMap<string, PolicyDocument>;

/** The arguments of resources that hold a policy document. */
export const DOCUMENT_ARGUMENTS: readonly (readonly [argument: string, suffix: string])[] = [
  ["policy", ""],
  ["assume_role_policy", " trust"],
];

/** A way to deploy: what is on, and the documents that Terraform makes of it. */
export interface Deployment {
  readonly name: string;
  readonly on: ReadonlySet<Setting>;
  readonly documents: Documents;
}
