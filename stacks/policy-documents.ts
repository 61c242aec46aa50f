import { TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import type { PolicyDocument, PolicyStatement } from "../contract/policy-document.ts";
import { whether } from "./account-switches.ts";
import { withId } from "./terraform-expressions.ts";

/** Statements that a document has only where a condition holds. */
export interface ConditionalStatements {
  /** Ends the local's name: `<document>_<name>`. */
  readonly name: string;
  /** Terraform expression without `${}`, known at plan; such as `local.use_kms`. */
  readonly when: string;
  readonly statements: readonly PolicyStatement[];
}

/** Statements about the bucket's key, for a document to have where the bucket has one. */
export function whereKeyed(statements: readonly PolicyStatement[]): ConditionalStatements {
  return { name: "key", when: whether("use_kms"), statements };
}

/**
 * Adds a policy document as the local `<id>`: in the synthesized file a reviewer reads it as an object, not as text in
 * quotes. Statements that depend on a switch are a local of their own.
 * @returns what a resource's `policy` argument takes
 */
export function addPolicyDocument(
  scope: Construct,
  id: string,
  document: PolicyDocument,
  ...conditional: readonly ConditionalStatements[]
): string {
  withId(new TerraformLocal(scope, `local-${id}`, document), id);
  if (conditional.length === 0) return `\${jsonencode(local.${id})}`;
  const parts = conditional.map(({ name, when, statements }) => {
    const local = `${id}_${name}`;
    withId(new TerraformLocal(scope, `local-${local}`, [...statements]), local);
    // Not `when ? a : []`: Terraform cannot give both sides one type when the statements differ in shape.
    return `[for statement in local.${local} : statement if ${when}]`;
  });
  const statement = `concat(local.${id}.Statement, ${parts.join(", ")})`;
  return `\${jsonencode({ Version = local.${id}.Version, Statement = ${statement} })}`;
}
