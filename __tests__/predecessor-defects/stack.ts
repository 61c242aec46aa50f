import type { PolicyDocument } from "../../contract/policy-document.ts";
import { evaluatePolicy, resourceOf, synthesizeAccount, type Block } from "../support/account-json.ts";

/** The synthesized account stack. */
export const STACK = synthesizeAccount();

/** Its block at `address`. */
export function block(address: string): Block {
  return resourceOf(STACK, address);
}

/** What the Lambdas may do, as Terraform writes it. */
export function executionPolicy(): PolicyDocument {
  return evaluatePolicy(STACK, block("aws_iam_role_policy.lambda")["policy"]);
}
