import { Token, type TerraformElement, type TerraformResource } from "cdktf";

/**
 * Gives an element the id it has in Terraform's state. Without it the id holds a hash of the construct's path,
 * and moving a construct would replace the resource.
 */
export function withId<T extends TerraformElement>(element: T, id: string): T {
  element.overrideLogicalId(id);
  return element;
}

/** A `count` of 1 while `condition`, a Terraform expression, is true, else 0. */
export function countIf(condition: string): number {
  return Token.asNumber(`\${${condition} ? 1 : 0}`);
}

/** An attribute of a resource that has `count`; valid only where the same condition holds. */
export function firstOf(resource: TerraformResource, attribute: string): string {
  return `\${${address(resource)}[0].${attribute}}`;
}

/** An attribute of a resource that has `count`; null when there is none. */
export function oneOrNull(resource: TerraformResource, attribute: string): string {
  return `\${one(${address(resource)}[*].${attribute})}`;
}

/** The value of a text variable, or null, which leaves an argument out, when it is empty. */
export function orNull(variable: string): string {
  return `\${var.${variable} == "" ? null : var.${variable}}`;
}

function address(resource: TerraformResource): string {
  return `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;
}
