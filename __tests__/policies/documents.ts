import type { PolicyDocument } from "../../contract/policy-document.ts";
import type { Setting } from "../../tools/policy-decisions/decision.ts";
import { evaluatePolicy, type AccountJson } from "../support/account-json.ts";

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

/** Every document of a synthesized stack, as Terraform makes it where `conditions`, as `local.use_kms`, hold. */
export function synthesizedDocuments(json: AccountJson, conditions: readonly string[]): Documents {
  const found = new Map<string, PolicyDocument>();
  for (const [type, blocks] of Object.entries(json.resource)) {
    for (const [id, block] of Object.entries(blocks)) {
      for (const [argument, suffix] of DOCUMENT_ARGUMENTS) {
        if (!(argument in block)) continue;
        found.set(`${type}.${id}${suffix}`, evaluatePolicy(json, block[argument], conditions));
      }
    }
  }
  return found;
}
